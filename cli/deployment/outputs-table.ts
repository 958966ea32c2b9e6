/** A stack's outputs for people: names aligned, secrets as `[secret]` unless they are asked for. */
import { isMap, isSecret, isUnknown, type PropertyMap, type PropertyValue } from "../../engine/values.ts";

export function printOutputs(outputs: PropertyMap, write: (text: string) => void): void {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) return;
  const width = Math.max(...names.map((name) => name.length));
  write("Outputs:\n");
  for (const name of names) write(`   ${name.padEnd(width)}  ${textOf(visible(outputs[name] ?? null, false))}\n`);
}

const textOf = (value: PropertyValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The value as it may be shown. */
export function visible(value: PropertyValue, showSecrets: boolean): PropertyValue {
  if (isUnknown(value)) return "[unknown]";
  if (Array.isArray(value)) return value.map((item) => visible(item, showSecrets));
  if (isSecret(value)) return showSecrets ? visible(value.value, showSecrets) : "[secret]";
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visible(item, showSecrets)]));
}
