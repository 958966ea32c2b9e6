/** The options of a foreign server or of a user mapping. */
import { isMap, type PropertyMap } from "../../engine/values.ts";
import { identifier, literal } from "./server.ts";

export type Options = Readonly<Record<string, string>>;

export function optionsOf({ options }: PropertyMap): Options {
  if (!isMap(options)) return {};
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** As the catalogue keeps them: `host=example`. */
export function parseOptions(kept: readonly string[] | null): Options {
  return Object.fromEntries(
    (kept ?? []).map((option) => {
      const at = option.indexOf("=");
      return [option.slice(0, at), option.slice(at + 1)];
    }),
  );
}

/** The clause of a CREATE; nothing without options. */
export function creationOptions(options: Options): string {
  const parts = Object.entries(options).map(([name, value]) => `${identifier(name)} ${literal(value)}`);
  return parts.length === 0 ? "" : ` options (${parts.join(", ")})`;
}

/** The clause of an ALTER that turns `held` into `wanted`; nothing where they are equal. */
export function changedOptions(held: Options, wanted: Options): string {
  const parts = [
    ...Object.keys(held)
      .filter((name) => !(name in wanted))
      .map((name) => `drop ${identifier(name)}`),
    ...Object.entries(wanted)
      .filter(([name, value]) => held[name] !== value)
      .map(([name, value]) => `${name in held ? "set" : "add"} ${identifier(name)} ${literal(value)}`),
  ];
  return parts.length === 0 ? "" : ` options (${parts.join(", ")})`;
}

export const sameOptions = (first: Options, second: Options): boolean => changedOptions(first, second) === "";
