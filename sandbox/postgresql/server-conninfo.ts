/** Connection strings of libpq, as a URL or as `name=value` pairs. */

/** These name files or modes that fit the declared server; the local one shows a certificate of its own. */
const TRUST = new Set(["sslmode", "sslrootcert", "sslcert", "sslkey", "hostaddr"]);

/** The same connection to the local server: user, password and database stay. */
export function localConninfo(conninfo: string, { host, port }: { host: string; port: number }): string {
  const kept = [...parse(conninfo)].filter(([name]) => !TRUST.has(name) && name !== "host" && name !== "port");
  const parameters = [...kept, ["host", host], ["port", String(port)], ["sslmode", "prefer"]];
  return parameters.map(([name, value = ""]) => `${name}='${value.replace(/[\\']/g, "\\$&")}'`).join(" ");
}

/** The database to which it leads: by default that of the user's own name. */
export function conninfoDatabase(conninfo: string): string {
  const parameters = parse(conninfo);
  return parameters.get("dbname") ?? parameters.get("user") ?? "postgres";
}

function parse(conninfo: string): Map<string, string> {
  if (/^postgres(?:ql)?:\/\//.test(conninfo)) return parseUrl(new URL(conninfo));
  const pairs = conninfo.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\]|\\.)*))/g);
  return new Map(
    [...pairs].map(([, name = "", quoted, bare = ""]) => [name, (quoted ?? bare).replace(/\\(.)/g, "$1")]),
  );
}

function parseUrl(url: URL): Map<string, string> {
  const parts: [string, string][] = [
    ["user", decodeURIComponent(url.username)],
    ["password", decodeURIComponent(url.password)],
    ["host", url.hostname],
    ["port", url.port],
    ["dbname", decodeURIComponent(url.pathname.slice(1))],
    ...url.searchParams,
  ];
  return new Map(parts.filter(([, value]) => value !== ""));
}
