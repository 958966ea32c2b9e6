/**
 * URNs and provider references.
 *
 * `urn:pulumi:<stack>::<project>::<parent's type>$<type>::<name>`; the name may itself contain `::`. A provider
 * reference is `<provider's URN>::<id>`.
 */

export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

export interface UrnParts {
  stack: string;
  project: string;
  /** The parent's URN; none below the stack. */
  parent: string | undefined;
  type: string;
  name: string;
}

export function createUrn({ stack, project, parent, type, name }: UrnParts): string {
  const chain = parent !== undefined && !isRootStack(parent) ? `${qualifiedTypeOf(parent)}$` : "";
  return `urn:pulumi:${stack}::${project}::${chain}${type}::${name}`;
}

/** The URN of a resource whose parent is known by its type chain only. */
export function createUrnBelow(typeChain: string, parts: Omit<UrnParts, "parent">): string {
  const chain = typeChain === "" || typeChain === ROOT_STACK_TYPE ? "" : `${typeChain}$`;
  return `urn:pulumi:${parts.stack}::${parts.project}::${chain}${parts.type}::${parts.name}`;
}

function part(urn: string, index: number): string {
  let start = 0;
  for (let i = 0; i < index; i++) {
    const at = urn.indexOf("::", start);
    if (at < 0) return "";
    start = at + 2;
  }
  const end = urn.indexOf("::", start);
  return end < 0 ? urn.slice(start) : urn.slice(start, end);
}

export const stackOf = (urn: string): string => part(urn, 0).slice("urn:pulumi:".length);
export const projectOf = (urn: string): string => part(urn, 1);

/** The types of the ancestors and of the resource, joined by `$`. */
export const qualifiedTypeOf = (urn: string): string => part(urn, 2);

export function typeOf(urn: string): string {
  const chain = qualifiedTypeOf(urn);
  return chain.slice(chain.lastIndexOf("$") + 1);
}

export function nameOf(urn: string): string {
  let at = -2;
  for (let i = 0; i < 3; i++) {
    at = urn.indexOf("::", at + 2);
    if (at < 0) return "";
  }
  return urn.slice(at + 2);
}

export const isRootStack = (urn: string): boolean => qualifiedTypeOf(urn) === ROOT_STACK_TYPE;

/** The package of a type or function token: what stands before the first colon. */
export const packageOf = (token: string): string => token.slice(0, Math.max(token.indexOf(":"), 0));

export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_TYPE_PREFIX);
export const providerType = (packageName: string): string => `${PROVIDER_TYPE_PREFIX}${packageName}`;
/** The package that a provider resource of this type serves. */
export const packageOfProviderType = (type: string): string => type.slice(PROVIDER_TYPE_PREFIX.length);

/** Default providers are the engine's own: they are kept in the state, but counted and blamed nowhere. */
export function isDefaultProvider(urn: string): boolean {
  if (!isProviderType(typeOf(urn))) return false;
  const name = nameOf(urn);
  return name === "default" || name.startsWith("default_");
}

export const providerReference = (urn: string, id: string): string => `${urn}::${id}`;

export function parseProviderReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
