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
export function plainMap(map: PropertyMap, options: PlainOptions): PropertyMap {
  const copy: PropertyMap = {};
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (value === undefined || (options.skipInternal && key.startsWith("__"))) continue;
    copy[key] = plainDeep(value, options);
  }
  return copy;
}

function plainDeep(given: PropertyValue, options: PlainOptions): PropertyValue {
  const value = plainValue(given);
  if (Array.isArray(value)) return value.map((item) => plainDeep(item ?? null, options));
  return isMap(value) ? plainMap(value, options) : value;
}

export interface Contents {
  /** Keys that begin with two underscores. */
  internal: boolean;
  /** Assets and archives: reading one can fail. */
  assets: boolean;
}

/** What a map in plain form holds that is treated apart. */
export function contentsOf(map: PropertyMap): Contents {
  const contents: Contents = { internal: false, assets: false };
  look(map, contents);
  return contents;
}

function look(value: PropertyValue, contents: Contents): void {
  if (Array.isArray(value)) {
    for (const item of value) look(item, contents);
  } else if (isMap(value)) {
    const signature = value[SIGNATURE];
    if (signature === ASSET || signature === ARCHIVE) contents.assets = true;
    for (const key of Object.keys(value)) {
      if (key.startsWith("__")) contents.internal = true;
      look(value[key] ?? null, contents);
    }
  }
}
