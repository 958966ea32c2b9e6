/** Former identities: under which URNs a resource may stand in the old state. */
import type { ResourceState } from "../../state/resource.ts";
import { createUrn, createUrnBelow, isRootStack, nameOf, qualifiedTypeOf, typeOf } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import type { Alias } from "../goal.ts";

interface Identity {
  urn: string;
  type: string;
  name: string;
  parent: string | undefined;
}

function urnOfAlias(deployment: Deployment, { type, name, parent }: Identity, alias: Alias): string {
  if (alias.urn) return alias.urn;
  const given = alias.parent ? (deployment.seen.aliases.get(alias.parent) ?? alias.parent) : parent;
  const hasParent = given !== undefined && !alias.noParent && !isRootStack(given);
  return createUrn({
    name: alias.name || name,
    type: alias.type || type,
    parent: hasParent ? given : undefined,
    stack: alias.stack || deployment.request.stack,
    project: alias.project || deployment.request.project,
  });
}

/**
 * The URN that a child had below its parent's former URN. A child that is named after its parent was named after the
 * parent's former name.
 */
function inheritedAlias(
  deployment: Deployment,
  child: { type: string; name: string },
  parent: string,
  former: string,
): string {
  const parentName = nameOf(parent);
  const name = child.name.startsWith(parentName) ? nameOf(former) + child.name.slice(parentName.length) : child.name;
  const { stack, project } = deployment.request;
  return createUrnBelow(qualifiedTypeOf(former), { stack, project, type: child.type, name });
}

function formerUrns(deployment: Deployment, identity: Identity, aliases: Alias[]): Set<string> {
  const own = aliases.map((alias) => urnOfAlias(deployment, identity, alias));
  const urns = new Set(own);
  const { parent } = identity;
  const former = parent === undefined ? undefined : deployment.seen.aliases.get(parent);
  if (parent === undefined || former === undefined) return urns;
  urns.add(inheritedAlias(deployment, identity, parent, former));
  for (const urn of own) urns.add(inheritedAlias(deployment, { type: typeOf(urn), name: nameOf(urn) }, parent, former));
  return urns;
}

export interface Found {
  old: ResourceState | undefined;
  /** The former URN under which it was found. */
  alias: string | undefined;
  /** True when two resources claim the same old one; reported already. */
  invalid: boolean;
}

/** Finds the resource in the old state: under its URN first, then under its former ones. */
export function findOld(deployment: Deployment, identity: Identity, aliases: Alias[]): Found {
  const { seen, olds, reporter, registry } = deployment;
  const { urn } = identity;
  let invalid = false;
  const claimed = seen.aliased.get(urn);
  if (claimed !== undefined) {
    invalid = true;
    reporter.error(`'${urn}' is already in use: '${claimed}' has it as an alias; remove one of the two`, urn);
  }
  for (const candidate of [urn, ...formerUrns(deployment, identity, aliases)]) {
    const old = olds.get(candidate);
    if (old === undefined) continue;
    if (candidate === urn) return { old, alias: undefined, invalid };
    const other = seen.urns.has(candidate) ? candidate : seen.aliased.get(candidate);
    if (other !== undefined) {
      invalid = true;
      reporter.error(`the alias '${candidate}' of '${urn}' is already in use by '${other}'`, urn);
    }
    seen.aliased.set(candidate, urn);
    seen.aliases.set(urn, candidate);
    registry.registerAlias(urn, candidate);
    return { old, alias: candidate, invalid };
  }
  return { old: undefined, alias: undefined, invalid };
}
