/**
 * Declared resources have the addresses that they would have in the cloud, so that state, previews and policies are
 * the same everywhere. What runs on this machine is given the address at which the same thing is reached here.
 */
import type { LocalEndpoints } from "./endpoints.ts";

const S3_HOST = /^([a-z0-9][a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/;
const SMTP_HOST = /^(?:email-smtp\..+\.amazonaws\.com|localhost|127\.0\.0\.1)$/;

/** The value of an environment variable as a process on this machine needs it. */
export function localise(name: string, value: string, endpoints: LocalEndpoints): string {
  if (name === "SMTP_HOST" && SMTP_HOST.test(value) && endpoints.mailPort > 0) return "localhost";
  if (name === "SMTP_PORT" && endpoints.mailPort > 0) return String(endpoints.mailPort);
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(value) || !URL.canParse(value)) return value;
  const url = new URL(value);
  switch (url.protocol) {
    case "postgres:":
    case "postgresql:":
      return endpoints.postgresPort > 0 ? atPort(value, endpoints.postgresPort) : value;
    case "redis:":
    case "rediss:":
      return redisUrl(value, url, endpoints);
    case "http:":
    case "https:":
      return webUrl(value, url, endpoints);
    default:
      return value;
  }
}

function redisUrl(value: string, url: URL, { redis }: LocalEndpoints): string {
  const password = decodeURIComponent(url.password);
  const group =
    redis.find(({ host }) => host === url.hostname) ?? redis.find(({ authToken }) => authToken === password);
  return group && group.port > 0 ? atPort(value, group.port) : value;
}

function webUrl(value: string, url: URL, { edgePort, awsPort }: LocalEndpoints): string {
  const bucket = S3_HOST.exec(url.hostname)?.[1];
  if (bucket !== undefined && awsPort > 0)
    return `http://127.0.0.1:${awsPort}/${bucket}${url.pathname === "/" ? "" : url.pathname}`;
  const isLocal = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
  if (!isLocal || url.protocol !== "http:" || edgePort === 0 || value.includes("@")) return value;
  return value.replace(/^(http:\/\/[^/:?#]+)(?::\d+)?/, `$1:${edgePort}`);
}

/** Only the address changes; user, password and path stay as they are written. */
function atPort(value: string, port: number): string {
  return value.replace(/^([a-z]+:\/\/(?:[^@/?#]*@)?)[^/?#]*/, `$1localhost:${port}`);
}
