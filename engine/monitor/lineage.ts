/** What resources inherit from their parents: protection, retention, containers, providers. */
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Goal } from "../deployment/goal.ts";
import { packageOf, packageOfProviderType, parseProviderReference, typeOf } from "../urn.ts";

export class Lineage {
  readonly #goals = new Map<string, Goal>();
  /** Of components: package to provider reference. */
  readonly #providers = new Map<string, Map<string, string>>();

  /** What the request says, and where it says nothing, what the parent has. */
  inherited(request: RegisterResourceRequest, parent: string | undefined) {
    const goal = parent === undefined ? undefined : this.#goals.get(parent);
    const given = request.getProvider() || undefined;
    return {
      protect: request.hasProtect() ? request.getProtect() : goal?.protect,
      retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : goal?.retainOnDelete,
      deletedWith: request.getDeletedwith() || goal?.deletedWith,
      provider: given ?? providerOfPackage(goal?.provider, packageOf(request.getType())),
    };
  }

  /** The provider that a component passes on for a package. */
  providerFor(packageName: string, parent: string | undefined, given: string | undefined): string | undefined {
    return given ?? (parent === undefined ? undefined : this.#providers.get(parent)?.get(packageName));
  }

  /** The resource is registered: its children inherit from it. */
  settle(urn: string, goal: Goal, request: RegisterResourceRequest): void {
    this.#goals.set(urn, goal);
    if (goal.custom) return;
    const passedOn = new Map(goal.parent === undefined ? [] : this.#providers.get(goal.parent));
    for (const [packageName, reference] of request.getProvidersMap().getEntryList())
      passedOn.set(packageName, reference);
    this.#providers.set(urn, passedOn);
  }
}

/** A resource inherits its parent's provider only when that serves the same package. */
function providerOfPackage(reference: string | undefined, packageName: string): string | undefined {
  if (reference === undefined) return undefined;
  const { urn } = parseProviderReference(reference);
  return packageOfProviderType(typeOf(urn)) === packageName ? reference : undefined;
}
