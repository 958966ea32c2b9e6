/**
 * Values that a preview cannot know. CrossGuard's own guard throws its `UnknownValueError` on a read; the guard here
 * does the same for states and plans that are judged without an engine, so a rule has one way to meet an unknown.
 */
import type { Properties } from "./properties.ts";

/** Pulumi's placeholders, one a kind of value (`sdk/go/common/resource/plugin/rpc.go`). */
const PLACEHOLDERS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** What `pulumi preview --json` prints for them. */
const PRINTED = "[unknown]";

/** The placeholder that stands for any value of the wire. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export class UnknownValueError extends Error {
  readonly props: readonly string[];

  constructor(props: readonly string[]) {
    super(`value at ${props.join(".")} is not known before the apply`);
    this.name = "UnknownValueError";
    this.props = props;
  }
}

/** Asks for the shape, not the class: the guard of `@pulumi/policy` throws its own. */
export function isUnknownError(error: unknown): error is Error & { props: readonly (string | symbol)[] } {
  return error instanceof Error && "props" in error && Array.isArray(error.props);
}

export const isPlaceholder = (value: unknown): boolean =>
  typeof value === "string" && (value.length === UNKNOWN.length ? PLACEHOLDERS.has(value) : value === PRINTED);

/** The error for a leaf's path (`a.b[0].c`), as a read through the guard throws it. */
export const unknownAt = (path: string): UnknownValueError =>
  new UnknownValueError(path.replaceAll("[", ".").replaceAll("]", "").split("."));

/** Keys by which the SDK's guards, and the one here, show what they stand for (`@pulumi/policy` proxy.ts). */
const TARGET = "__getSpecialProxyTarget";
const IS_GUARD = "__isSpecialProxy";

/** What stands behind guards: a value that may hold placeholders. */
export function unguarded(value: unknown): unknown {
  let current = value;
  while (typeof current === "object" && current !== null && (current as Properties)[IS_GUARD] === true) {
    current = (current as Properties)[TARGET];
  }
  return current;
}

/** The properties behind a guard that throws when an unknown is read, also deep inside. */
export function guarded(properties: Properties): Properties {
  return guard(properties, []) as Properties;
}

function guard(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      if (key === IS_GUARD) return true;
      if (key === TARGET) return target;
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol") return found;
      if (isPlaceholder(found)) throw new UnknownValueError([...path, key]);
      return typeof found === "function" ? found : guard(found, [...path, key]);
    },
  });
}
