/**
 * Property values, in the form in which Pulumi's protocol and state carry them: plain JSON in which a few special
 * objects are marked by a signature key. One representation serves the wire, the engine, the providers and the
 * checkpoint, so nothing is converted on the way.
 *
 * Source of the constants: `sdk/nodejs/runtime/rpc.ts` of pulumi/pulumi.
 */

/** The key that marks a special object. Its value says which kind. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
export const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
export const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Stands for a value that is not known before the apply. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** A secret in memory: its value is in plain text. At rest, `engine/state` replaces `value` by `ciphertext`. */
export type Secret = PropertyMap & { value: PropertyValue };

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function signed(value: PropertyValue | undefined, signature: string): value is PropertyMap {
  return isMap(value) && value[SIGNATURE] === signature;
}

export const isUnknown = (value: PropertyValue | undefined): boolean => value === UNKNOWN;
export const isSecret = (value: PropertyValue | undefined): value is Secret => signed(value, SECRET);
export const isAsset = (value: PropertyValue | undefined): value is PropertyMap => signed(value, ASSET);
export const isArchive = (value: PropertyValue | undefined): value is PropertyMap => signed(value, ARCHIVE);
export const isResourceReference = (value: PropertyValue | undefined): value is PropertyMap =>
  signed(value, RESOURCE_REFERENCE);
export const isOutputValue = (value: PropertyValue | undefined): value is PropertyMap => signed(value, OUTPUT_VALUE);

export function secret(value: PropertyValue): Secret {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}
