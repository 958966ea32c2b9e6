/** Names that Pulumi's bridge generates for resources whose name is not given. */
import { createHash } from "node:crypto";
import type { PropertyMap } from "../engine/values.ts";
import type { Autoname } from "./type.ts";

const digits = 7;

/**
 * The same for the same seed: the engine keeps a resource's seed from the preview to the apply. A name that would be too
 * long is cut before the digits, as in the real bridge.
 */
export function generateName(rule: Autoname, logicalName: string, seed: Uint8Array, inputs: PropertyMap): string {
  const suffix = rule.suffix?.(inputs) ?? "";
  const random = createHash("sha256").update(seed).digest("hex").slice(0, digits);
  const separator = rule.separator ?? "-";
  let base = rule.lowerCase === true ? logicalName.toLowerCase() : logicalName;
  if (rule.replaces !== undefined) base = base.replace(rule.replaces, "-");
  const room = rule.maxLength - digits - separator.length - suffix.length;
  return `${base.slice(0, room)}${separator}${random}${suffix}`;
}
