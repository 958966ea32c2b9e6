/**
 * Property values written straight into protobuf's binary form of `google.protobuf.Struct`. Building the message
 * objects first costs several times the encoding itself, and the rules of a pack are asked once for every resource.
 */
import jspb from "google-protobuf";
import type { PropertyMap, PropertyValue } from "../../values.ts";
import { type PlainOptions, plainValue } from "../plain-values.ts";

export type Writer = InstanceType<typeof jspb.BinaryWriter>;

export const newWriter = (): Writer => new jspb.BinaryWriter();

/**
 * Writes a message field through a callback; the jspb typings insist on a message class that is not needed here. A
 * `value` of null would leave the field out, so values that may be null come in an array.
 */
export function writeNested<T>(
  writer: Writer,
  field: number,
  value: T,
  write: (value: T, writer: Writer) => void,
): void {
  const loose = writer as unknown as {
    writeMessage(field: number, value: T, write: (value: T, writer: Writer) => void): void;
  };
  loose.writeMessage(field, value, write);
}

export function writeStruct(value: PropertyMap, writer: Writer, options: PlainOptions): void {
  for (const pair of Object.entries(value)) {
    if (pair[1] === undefined || (options.skipInternal && pair[0].startsWith("__"))) continue;
    writeNested(writer, 1, pair, ([key, entry], inner) => {
      inner.writeString(1, key);
      writeNested(inner, 2, [entry], ([child = null], deepest) => writeValue(child, deepest, options));
    });
  }
}

function writeValue(given: PropertyValue, writer: Writer, options: PlainOptions): void {
  const value = plainValue(given);
  if (value === null) writer.writeEnum(1, 0);
  else if (typeof value === "number") writer.writeDouble(2, value);
  else if (typeof value === "string") writer.writeString(3, value);
  else if (typeof value === "boolean") writer.writeBool(4, value);
  else if (Array.isArray(value)) writeNested(writer, 6, value, (list, inner) => writeList(list, inner, options));
  else writeNested(writer, 5, value, (map, inner) => writeStruct(map, inner, options));
}

function writeList(list: PropertyValue[], writer: Writer, options: PlainOptions): void {
  for (const item of list) writeNested(writer, 1, [item], ([child = null], inner) => writeValue(child, inner, options));
}
