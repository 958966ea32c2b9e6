/** What a run has met so far, by URN. */
import type { ResourceState } from "../state/resource.ts";

export class Seen {
  /** Registered or read by the program. */
  readonly urns = new Set<string>();
  readonly reads = new Set<string>();
  readonly deletes = new Set<string>();
  readonly replaces = new Set<string>();
  readonly updates = new Set<string>();
  readonly creates = new Set<string>();
  readonly imports = new Set<string>();
  readonly sames = new Set<string>();
  /** Would be made, but are no targets of this run. */
  readonly skippedCreates = new Set<string>();
  /** States (not URNs) whose deletion is on its way already. */
  readonly pendingDeletes = new Set<ResourceState>();
  /** Provider resources, also by the URNs that they had. */
  readonly providers = new Map<string, ResourceState>();
  /** For a dependent that was deleted before a replacement: the properties because of which. */
  readonly dependentReplaceKeys = new Map<string, string[]>();
  /** Former URN to the present one. */
  readonly aliased = new Map<string, string>();
  /** Present URN to the former one. */
  readonly aliases = new Map<string, string>();

  /** Whether a step was made for the URN. */
  hasStep(urn: string): boolean {
    return [this.creates, this.sames, this.updates, this.deletes, this.replaces, this.reads].some((set) =>
      set.has(urn),
    );
  }

  /** Whether the old resource with this URN lives on, under whatever URN. Deletes do not count: see pending deletes. */
  isOperatedOn(urn: string): boolean {
    const present = this.aliased.get(urn) ?? urn;
    return [this.sames, this.updates, this.replaces, this.reads].some((set) => set.has(present));
  }
}
