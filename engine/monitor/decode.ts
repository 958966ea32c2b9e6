/** Requests of the SDK, as protobuf messages, in the engine's words. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Alias } from "../deployment/goal.ts";
import { formatPath, parsePath } from "../properties/path.ts";
import { downgradeOutputValues } from "../properties/secrecy.ts";
import type { CustomTimeouts } from "../state/resource.ts";
import type { PropertyMap } from "../values.ts";

export const valuesOf = (struct: Struct | undefined): PropertyMap =>
  downgradeOutputValues((struct?.toJavaScript() ?? {}) as PropertyMap) as PropertyMap;

const text = (value: string): string | undefined => (value === "" ? undefined : value);

export function aliasOf(message: AliasMessage): Alias {
  const spec = message.getSpec();
  if (spec === undefined) return { urn: message.getUrn() };
  const given = {
    name: text(spec.getName()),
    type: text(spec.getType()),
    stack: text(spec.getStack()),
    project: text(spec.getProject()),
    parent: text(spec.getParenturn()),
    noParent: spec.getNoparent() || undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export const aliasesOf = (request: RegisterResourceRequest): Alias[] => [
  ...request.getAliasurnsList().map((urn) => ({ urn })),
  ...request.getAliasesList().map(aliasOf),
];

/** Paths of properties in the notation in which the state keeps them. */
export function pathsOf(texts: string[]): string[] {
  return texts.map((text) => {
    const path = parsePath(text);
    if (path === undefined) throw new Error(`'${text}' is no property path`);
    return formatPath(path);
  });
}

const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a duration such as `1h30m` or `90s`. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  if (parts.map(([part]) => part).join("") !== duration || parts.length === 0)
    throw new Error(`customTimeouts: '${duration}' is no duration such as 5m or 1h30m`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
}

export function customTimeoutsOf(request: RegisterResourceRequest): CustomTimeouts {
  const given = request.getCustomtimeouts();
  const timeouts: CustomTimeouts = {};
  if (given?.getCreate()) timeouts.create = secondsOf(given.getCreate());
  if (given?.getUpdate()) timeouts.update = secondsOf(given.getUpdate());
  if (given?.getDelete()) timeouts.delete = secondsOf(given.getDelete());
  if (given?.getRead()) timeouts.read = secondsOf(given.getRead());
  return timeouts;
}

/** Which properties depend on which resources; one entry per input. */
export function propertyDependenciesOf(
  request: RegisterResourceRequest,
  inputs: PropertyMap,
): Record<string, string[]> {
  const map = request.getPropertydependenciesMap();
  const dependencies: Record<string, string[]> = {};
  if (map.getLength() === 0) for (const key of Object.keys(inputs)) dependencies[key] = request.getDependenciesList();
  else
    map.forEach((urns, key) => {
      dependencies[key] = urns.getUrnsList();
    });
  for (const key of Object.keys(inputs)) dependencies[key] ??= [];
  return dependencies;
}

/**
 * The place in the user's file, as the state records it: `project:///index.ts#12,3`. The CLI records the frames above
 * it as well: a fifth more of a state, for a service that the embedded engine has not.
 */
export function sourcePositionOf(
  request: RegisterResourceRequest | ReadResourceRequest,
  projectDirectory: string,
): string | undefined {
  const position: SourcePosition | undefined = request.getSourceposition();
  if (position === undefined || !position.getUri().startsWith("file://")) return undefined;
  const file = relative(projectDirectory, fileOf(position.getUri()));
  const column = position.getColumn() === 0 ? "" : `,${position.getColumn()}`;
  return `project:///${file}#${position.getLine()}${column}`;
}

/** The SDK takes the URL that names an ES module for a path, and puts it below the current folder. */
function fileOf(uri: string): string {
  const path = fileURLToPath(uri);
  const module = path.indexOf("/file:/");
  return module < 0 ? path : fileURLToPath(`file://${path.slice(module + "/file:".length)}`);
}
