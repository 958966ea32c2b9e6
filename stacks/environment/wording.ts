import { z } from "zod";
import { nearest, type Problem } from "../problem.ts";
import { environmentSchema } from "./schema.ts";

/** Turns the parser's findings into problems: a path in dots, the reason in the reader's words, a remedy with an example. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], untrusted: unknown): Problem[] {
  return issues.flatMap((issue) => describe(issue, untrusted));
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

function describe(issue: z.core.$ZodIssue, untrusted: unknown): Problem[] {
  const path = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path, untrusted);
    return issue.keys.map((key) => unknownKey(pathText([...issue.path, key]), key, known));
  }
  if (issue.code === "invalid_key") {
    return [
      {
        path,
        reason: issue.issues.map((inner) => inner.message).join(", "),
        remedy: remedyAt(issue.path.slice(0, -1), untrusted),
      },
    ];
  }
  return [{ path, reason: reasonOf(issue, valueAt(issue.path, untrusted)), remedy: remedyAt(issue.path, untrusted) }];
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  return {
    path,
    reason: "is no known key",
    remedy: near ? `Did you mean \`${near}\`?` : `Remove it; known here: ${known.join(", ")}.`,
  };
}

function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${article(issue.expected)}, not ${kindOf(value)}`;
    case "too_small":
      return bound(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "too_big":
      return bound(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return "is none of the known kinds";
    case "invalid_format":
      return wordedFormat(issue);
    default:
      return issue.message;
  }
}

function wordedFormat(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.format === "email") return "is no e-mail address";
  if (issue.format === "datetime") return "is no moment in UTC";
  if (issue.format === "date") return "is no day such as 2026-01-01";
  return issue.message;
}

function bound(origin: string, words: string, limit: number | bigint): string {
  const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
  return `must ${unit === "" ? "be" : "have"} ${words} ${limit}${unit}`;
}

const article = (expected: string): string =>
  ({ int: "a whole number", number: "a number", string: "a text", boolean: "true or false", array: "a list" })[
    expected
  ] ?? "a group of keys";

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a whole number" : "a number with a fraction";
  return (
    { string: "a text", boolean: "true or false", object: "a group of keys" }[typeof value as string] ?? typeof value
  );
}

function remedyAt(path: readonly PropertyKey[], untrusted: unknown): string {
  const kinds = kindsAt(path, untrusted);
  if (kinds.length > 0) return `Write ${kinds.join(" or ")}.`;
  const meta = schemaAt(path, untrusted)?.meta();
  const example = Array.isArray(meta?.examples) ? meta.examples[0] : undefined;
  if (meta?.description === undefined || example === undefined) {
    const keys = keysAt(path, untrusted);
    return keys.length > 0 ? `Give it the keys ${keys.join(", ")}.` : "See docs/configuration.md.";
  }
  return `Write ${meta.description}, for example ${JSON.stringify(example)}.`;
}

/** What a union's discriminator may say, when the path is the discriminator's. */
function kindsAt(path: readonly PropertyKey[], untrusted: unknown): readonly string[] {
  const union = unwrap(schemaAt(path.slice(0, -1), untrusted));
  if (!(union instanceof z.ZodDiscriminatedUnion) || union.def.discriminator !== path.at(-1)) return [];
  return (union.options as z.ZodType[]).flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[union.def.discriminator] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}

function keysAt(path: readonly PropertyKey[], untrusted: unknown): readonly string[] {
  const schema = unwrap(schemaAt(path, untrusted));
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The schema that judges the value at a path; of a union, the option that the value's own discriminator names. */
function schemaAt(path: readonly PropertyKey[], untrusted: unknown): z.ZodType | undefined {
  let schema: z.ZodType | undefined = environmentSchema;
  let value = untrusted;
  for (const part of path) {
    schema = child(schema, part, value);
    value = valueAt([part], value);
  }
  return schema;
}

function child(parent: z.ZodType | undefined, part: PropertyKey, value: unknown): z.ZodType | undefined {
  const schema = unwrap(parent);
  if (schema instanceof z.ZodObject) return schema.shape[String(part)];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const option = (schema.options as z.ZodType[]).find((candidate) =>
      accepts(candidate, schema.def.discriminator, value),
    );
    return child(option, part, value);
  }
  return undefined;
}

function accepts(option: z.ZodType, discriminator: string, value: unknown): boolean {
  const shape = option instanceof z.ZodObject ? option.shape : {};
  return shape[discriminator]?.safeParse(valueAt([discriminator], value)).success ?? false;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

export function valueAt(path: readonly PropertyKey[], from: unknown): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
    from,
  );
}
