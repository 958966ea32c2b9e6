/** The requests of `proto/pulumi/analyzer.proto`, written without message objects: see `struct.ts`. */
import type { AnalyzedOptions, AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { PlainOptions } from "../plain-values.ts";
import { newWriter, type Writer, writeNested, writeStruct } from "./struct.ts";

function writeString(writer: Writer, field: number, value: string | undefined): void {
  if (value) writer.writeString(field, value);
}

function writeOptions(options: AnalyzedOptions, writer: Writer): void {
  if (options.protect) writer.writeBool(1, true);
  writer.writeRepeatedString(2, options.ignoreChanges);
  if (options.deleteBeforeReplace) writer.writeBool(3, true);
  if (options.deleteBeforeReplace !== undefined) writer.writeBool(4, true);
  writer.writeRepeatedString(5, options.additionalSecretOutputs);
  writer.writeRepeatedString(6, options.aliases);
  writeNested(writer, 7, options.customTimeouts, (timeouts, inner) => {
    if (timeouts.create) inner.writeDouble(1, timeouts.create);
    if (timeouts.update) inner.writeDouble(2, timeouts.update);
    if (timeouts.delete) inner.writeDouble(3, timeouts.delete);
  });
  writeString(writer, 8, options.parent);
}

function writeProvider(provider: AnalyzedProvider, writer: Writer): void {
  writeString(writer, 1, provider.type);
  writeNested(writer, 2, provider.properties, (map, inner) => writeStruct(map, inner, { skipInternal: true }));
  writeString(writer, 3, provider.urn);
  writeString(writer, 4, provider.name);
}

function writeResource(resource: AnalyzedResource, writer: Writer, options: PlainOptions): void {
  writeString(writer, 1, resource.type);
  writeNested(writer, 2, resource.properties, (map, inner) => writeStruct(map, inner, options));
  writeString(writer, 3, resource.urn);
  writeString(writer, 4, resource.name);
  writeNested(writer, 5, resource.options, writeOptions);
  if (resource.provider) writeNested(writer, 6, resource.provider, writeProvider);
}

function writeStackResource(resource: AnalyzedResource, writer: Writer): void {
  writeResource(resource, writer, { skipInternal: true });
  writeString(writer, 7, resource.parent);
  writer.writeRepeatedString(8, resource.dependencies ?? []);
  for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
    if (urns.length === 0) continue;
    writeNested(writer, 9, urns, (list, inner) => {
      inner.writeString(1, property);
      writeNested(inner, 2, list, (items, deepest) => deepest.writeRepeatedString(1, items));
    });
  }
}

function finished(writer: Writer): Buffer {
  const bytes = writer.getResultBuffer();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `AnalyzeRequest`: a judgement does not see internal keys, a remediation does, since it hands the whole map back. */
export function analyzeRequest(resource: AnalyzedResource, options: PlainOptions): Buffer {
  const writer = newWriter();
  writeResource(resource, writer, options);
  return finished(writer);
}

/** `AnalyzeStackRequest`. */
export function analyzeStackRequest(resources: AnalyzedResource[]): Buffer {
  const writer = newWriter();
  for (const resource of resources) writeNested(writer, 1, resource, writeStackResource);
  return finished(writer);
}
