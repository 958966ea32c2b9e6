/** The list of known properties is that of the installed SDK: an upgrade that adds or renames one fails here. */
import * as fs from "node:fs";
import * as path from "node:path";
import known from "./vercel-properties.json" with { type: "json" };

const sdk = path.join(__dirname, "..", "node_modules", "@pulumi", "vercel");
const inputs = fs.readFileSync(path.join(sdk, "types", "input.d.ts"), "utf8");

interface Names {
  readonly [name: string]: Names | null;
}

/** Property to its type, of an interface in a declaration file. */
function propertiesOf(source: string, name: string): Map<string, string> {
  const body = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(source)?.[1] ?? "";
  return new Map([...body.matchAll(/^ {4}(\w+)\??: (.+)$/gm)].map(([, property = "", type = ""]) => [property, type]));
}

/** Where the list and the SDK differ: paths that only one of them knows. */
function differences(names: Names, declared: Map<string, string>, at: string): string[] {
  const all = new Set([...Object.keys(names), ...declared.keys()]);
  return [...all].flatMap((name) => {
    const here = `${at}.${name}`;
    const type = declared.get(name);
    if (!(name in names) || type === undefined) return [here];
    const inner = names[name] ?? null;
    const nested = /inputs\.(\w+)/.exec(type)?.[1];
    if (inner === null) return [];
    return nested === undefined ? [here] : differences(inner, propertiesOf(inputs, nested), here);
  });
}

test("is the list of the version that is installed", () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(sdk, "package.json"), "utf8")) as { version: string };
  expect(known.version).toBe(version);
});

test.each(Object.entries(known.types as Readonly<Record<string, Names>>))(
  "%s has the SDK's properties",
  (type, names) => {
    const [, file = "", name = ""] = /\/(\w+):(\w+)$/.exec(type) ?? [];
    const declared = propertiesOf(fs.readFileSync(path.join(sdk, `${file}.d.ts`), "utf8"), `${name}Args`);
    expect(differences(names, declared, name)).toEqual([]);
  },
);
