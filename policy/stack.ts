/** The resources of a stack and the ways from one to another. */
import { text } from "./properties.ts";
import type { Subject } from "./subject.ts";

/** Outputs by which other resources name a resource. */
const IDENTITIES = ["id", "arn", "bucket", "name", "alarmName", "family"];

export class Stack {
  readonly resources: readonly Subject[];
  readonly #byUrn: ReadonlyMap<string, Subject>;
  readonly #byType: ReadonlyMap<string, readonly Subject[]>;
  /** By the question, then by the URN of what is referred to: many rules ask the same of every resource of a type. */
  readonly #referring = new Map<string, ReadonlyMap<string | undefined, readonly Subject[]>>();

  constructor(resources: readonly Subject[]) {
    this.resources = resources;
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    this.#byType = Map.groupBy(resources, (resource) => resource.type);
  }

  byUrn(urn: string): Subject | undefined {
    return this.#byUrn.get(urn);
  }

  ofType(...types: readonly string[]): readonly Subject[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /**
   * The resource of a type that a property refers to. In a first preview ids are unknown, so the dependencies that the
   * engine records come first; the value decides when there are none (an id written by hand).
   */
  target(from: Subject, property: string, type: string): Subject | undefined {
    for (const urn of from.propertyDependencies[property] ?? []) {
      const found = this.#byUrn.get(urn);
      if (found?.type === type) return found;
    }
    const candidates = this.ofType(type);
    if (candidates.length === 0) return undefined;
    const value = text(from.props[property]);
    return value === undefined ? undefined : candidates.find((candidate) => isNamed(candidate, value));
  }

  /** The resources of a type whose property refers to the given one. */
  referring(to: Subject, type: string, property: string): readonly Subject[] {
    const question = [type, property, to.type].join(" ");
    let found = this.#referring.get(question);
    if (found === undefined) {
      found = Map.groupBy(this.ofType(type), (from) => this.target(from, property, to.type)?.urn);
      this.#referring.set(question, found);
    }
    return found.get(to.urn) ?? [];
  }

  /** The nearest component around a resource; undefined for one that stands directly in the stack. */
  component(of: Subject): Subject | undefined {
    const parent = of.parent === undefined ? undefined : this.#byUrn.get(of.parent);
    return parent === undefined || parent.type === "pulumi:pulumi:Stack" ? undefined : parent;
  }
}

function isNamed(candidate: Subject, value: string): boolean {
  return IDENTITIES.some((identity) => {
    try {
      return candidate.props[identity] === value;
    } catch {
      return false; // Not known yet, so it cannot be what somebody wrote by hand.
    }
  });
}
