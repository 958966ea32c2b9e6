/** Property paths in Pulumi's notation: `root.nested[0]["quoted.key"]`, with `*` for every key or element. */
import { isMap, isSecret, type PropertyMap, type PropertyValue, secret } from "../values.ts";

export type PropertyPath = (string | number)[];

const segment = /^(?:\.?\[(?:"((?:[^"\\]|\\.)*)"|(\*|-?\d+))\]|\.?([^.[\]]+))/;

/** `undefined` when the text is no path. */
export function parsePath(text: string): PropertyPath | undefined {
  const path: PropertyPath = [];
  let rest = text;
  if (rest.startsWith(".")) return undefined;
  while (rest !== "") {
    const match = segment.exec(rest);
    if (match === null) return undefined;
    const [whole, quoted, index, name] = match;
    if (quoted !== undefined) path.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) path.push(index === "*" ? "*" : Number(index));
    else if (name !== undefined) path.push(name);
    rest = rest.slice(whole.length);
  }
  return path;
}

/** The path in its canonical notation. */
export function formatPath(path: PropertyPath): string {
  const parts = path.map((element, index) => {
    if (typeof element === "number") return `[${element}]`;
    if (!/^[A-Za-z0-9_]*$/.test(element)) return `["${element.replaceAll('"', '\\"')}"]`;
    return index === 0 ? element : `.${element}`;
  });
  return parts.join("");
}

/** Whether the path covers the other one: it is equal, a prefix, or matches by `*`. */
export function pathContains(path: PropertyPath, other: PropertyPath): boolean {
  return path.length <= other.length && path.every((element, index) => element === "*" || element === other[index]);
}

interface Opened {
  value: PropertyValue | undefined;
  secret: boolean;
}

function open(value: PropertyValue | undefined, wasSecret: boolean): Opened {
  let inner = value;
  let isHidden = wasSecret;
  while (isSecret(inner)) {
    inner = inner.value;
    isHidden = true;
  }
  return { value: inner, secret: isHidden };
}

/** Sets the place in `now` back to what it was; false when there is no such place in one of them. */
function reset(path: PropertyPath, before: Opened, now: Opened): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const restore = (value: PropertyValue) => (before.secret && !now.secret ? secret(value) : value);
  if (typeof key === "number") return resetIndex(key, rest, before, now, restore);
  if (key === "*") return resetAll(rest, before, now, restore);
  return resetKey(key, rest, before, now, restore);
}

type Restore = (value: PropertyValue) => PropertyValue;

function descend(rest: PropertyPath, before: Opened, now: Opened, key: string | number): boolean {
  const child = (opened: Opened): Opened => {
    const { value } = opened;
    if (Array.isArray(value)) return open(value[key as number], opened.secret);
    return open(isMap(value) ? value[key] : undefined, opened.secret);
  };
  return reset(rest, child(before), child(now));
}

function resetIndex(index: number, rest: PropertyPath, before: Opened, now: Opened, restore: Restore): boolean {
  const [old, list] = [before.value, now.value];
  if (index < 0) return false;
  if (!Array.isArray(old) || !Array.isArray(list)) return !Array.isArray(old) && !Array.isArray(list);
  const value = old[index];
  if (rest.length > 0) return index < old.length && index < list.length && descend(rest, before, now, index);
  if (index >= old.length && index >= list.length) return true;
  if (value === undefined || index >= list.length) return false;
  list[index] = restore(value);
  return true;
}

function resetAll(rest: PropertyPath, before: Opened, now: Opened, restore: Restore): boolean {
  const [old, value] = [before.value, now.value];
  if (rest.length > 0) {
    if (Array.isArray(old) && Array.isArray(value)) {
      const shared = Math.min(old.length, value.length);
      for (let i = 0; i < shared; i++) if (!descend(rest, before, now, i)) return false;
      return old.length === value.length;
    }
    if (!isMap(old) || !isMap(value)) return false;
    return Object.keys(old).every((key) => key in value && descend(rest, before, now, key));
  }
  if (isMap(value)) {
    if (!isMap(old)) return true;
    for (const [key, element] of Object.entries(old)) value[key] = restore(element);
    for (const key of Object.keys(value)) if (!(key in old)) delete value[key];
    return true;
  }
  if (!Array.isArray(value)) return false;
  if (!Array.isArray(old)) return true;
  old.slice(0, value.length).forEach((element, index) => {
    value[index] = restore(element);
  });
  return old.length === value.length;
}

function resetKey(key: string, rest: PropertyPath, before: Opened, now: Opened, restore: Restore): boolean {
  const [old, value] = [before.value, now.value];
  if (rest.length === 0) {
    const had = isMap(old) ? old[key] : undefined;
    if (had === undefined) {
      if (isMap(value)) delete value[key];
      return true;
    }
    if (!isMap(value)) return false;
    value[key] = restore(had);
    return true;
  }
  if (!isMap(old) || !isMap(value)) return !isMap(old) && !isMap(value);
  if (key in old && !(key in value)) return false;
  if (!(key in old) && !(key in value)) return true;
  return descend(rest, before, now, key);
}

/**
 * The inputs with every ignored path set back to what it was. Paths that cannot be set back, because an element on the
 * way was added or removed, are told in `failed`.
 */
export function resetPaths(
  inputs: PropertyMap,
  before: PropertyMap,
  paths: string[],
): { inputs: PropertyMap; failed: string[] } {
  if (paths.length === 0) return { inputs, failed: [] };
  const copy = structuredClone(inputs);
  const failed = paths.filter((text) => {
    const path = parsePath(text);
    return path !== undefined && !reset(path, open(before, false), open(copy, false));
  });
  return { inputs: copy, failed };
}
