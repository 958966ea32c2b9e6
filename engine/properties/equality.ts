/** Equality of property values as Pulumi defines it: a missing key and a null one are the same. */
import { isArchive, isAsset, isMap, type PropertyMap, type PropertyValue } from "../values.ts";

/** Assets and archives are the same when their contents are. */
function sameContents(left: PropertyMap, right: PropertyMap): boolean {
  if (typeof left.hash === "string" && typeof right.hash === "string" && left.hash !== "" && right.hash !== "")
    return left.hash === right.hash;
  return mapsEqual(left, right);
}

export function valuesEqual(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return (left ?? null) === (right ?? null);
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((element, index) => valuesEqual(element, right[index]))
    );
  if (!isMap(left) || !isMap(right)) return false;
  if ((isAsset(left) && isAsset(right)) || (isArchive(left) && isArchive(right))) return sameContents(left, right);
  return mapsEqual(left, right);
}

export function mapsEqual(left: PropertyMap, right: PropertyMap): boolean {
  if (left === right) return true;
  for (const [key, value] of Object.entries(left)) if (!valuesEqual(value, right[key])) return false;
  for (const [key, value] of Object.entries(right)) if (!(key in left) && value !== null) return false;
  return true;
}
