/** Property values in the form in which a pack gets them, whichever way they travel. */
import {
  ARCHIVE,
  ASSET,
  isMap,
  OUTPUT_VALUE,
  type PropertyMap,
  type PropertyValue,
  RESOURCE_REFERENCE,
  SIGNATURE,
  secret,
  UNKNOWN,
} from "../values.ts";

export interface PlainOptions {
  /** Leaves out keys that begin with two underscores, as the real engine does when it asks for a judgement. */
  skipInternal: boolean;
}

/** A pack knows secrets, assets and archives; a resource reference becomes its id, an output value what it holds. */
export function plainValue(value: PropertyValue): PropertyValue {
  if (!isMap(value)) return value;
  switch (value[SIGNATURE]) {
    case RESOURCE_REFERENCE:
      return value.id === undefined ? (value.urn ?? null) : value.id || UNKNOWN;
    case OUTPUT_VALUE: {
      const held = value.value === undefined ? UNKNOWN : plainValue(value.value);
      return value.secret === true ? secret(held) : held;
    }
    default:
      return value;
  }
}

/** The whole map in plain form, as a copy. Its keys are sorted, as a protobuf map hands them out. */
export const plainMap = (map: PropertyMap, { skipInternal }: PlainOptions): PropertyMap =>
  copied(map, skipInternal, { assets: false, internal: false });

/** What a map in plain form holds that is treated apart. */
export interface Contents {
  /** Keys that begin with two underscores. */
  internal: boolean;
  /** Assets and archives: reading one can fail. */
  assets: boolean;
}

/** The whole map in plain form, with internal keys, and what is in it, found on the same way. */
export function plainContents(map: PropertyMap): { plain: PropertyMap; contents: Contents } {
  const contents = { assets: false, internal: false };
  return { plain: copied(map, false, contents), contents };
}

function copied(map: PropertyMap, skipInternal: boolean, contents: Contents): PropertyMap {
  const signature = map[SIGNATURE];
  if (signature === ASSET || signature === ARCHIVE) contents.assets = true;
  const copy: PropertyMap = {};
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (value === undefined) continue;
    if (key.startsWith("__")) {
      if (skipInternal) continue;
      contents.internal = true;
    }
    copy[key] = typeof value === "object" ? plainDeep(value, skipInternal, contents) : value;
  }
  return copy;
}

function plainDeep(given: PropertyValue, skipInternal: boolean, contents: Contents): PropertyValue {
  const value = plainValue(given);
  if (Array.isArray(value)) return value.map((item) => plainDeep(item ?? null, skipInternal, contents));
  return isMap(value) ? copied(value, skipInternal, contents) : value;
}
