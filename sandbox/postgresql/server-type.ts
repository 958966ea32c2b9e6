import type { PropertyMap, PropertyValue } from "../../engine/values.ts";
import type { BackedResource, BackedUpdate } from "../backing.ts";
import type { Server } from "./server.ts";

/** One resource type on the real server. */
export interface ServerType {
  /** Answers what only the server knows: computed properties. */
  create(server: Server, resource: BackedResource): Promise<PropertyMap>;
  update(server: Server, resource: BackedUpdate): Promise<PropertyMap>;
  /** What the server holds now; `undefined` when the thing is gone. */
  read(server: Server, resource: BackedResource): Promise<PropertyMap | undefined>;
  delete(server: Server, resource: BackedResource): Promise<void>;
}

/** A text property; empty when it is not given. */
export function text(properties: PropertyMap, name: string): string {
  const value = properties[name];
  return typeof value === "string" ? value : "";
}

/** `undefined` when the property is not given or empty: the provider treats both alike. */
export function optionalText(properties: PropertyMap, name: string): string | undefined {
  return text(properties, name) || undefined;
}

export function flag(properties: PropertyMap, name: string): boolean {
  return properties[name] === true;
}

export function integer(properties: PropertyMap, name: string): number | undefined {
  const value = properties[name];
  return typeof value === "number" ? value : undefined;
}

export function texts(properties: PropertyMap, name: string): string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === "string") : [];
}

export function changed(resource: BackedUpdate, name: string): boolean {
  return JSON.stringify(settled(resource.oldOutputs[name])) !== JSON.stringify(settled(resource.outputs[name]));
}

/** Not given and null are the same thing in a state. */
function settled(value: PropertyValue | undefined): PropertyValue {
  return value ?? null;
}
