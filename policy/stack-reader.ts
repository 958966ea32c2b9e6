/**
 * The stack as the rules see it, made once. CrossGuard hands every rule all resources anew, and what can be found in
 * them (by name, by type, from one to the other) does not change from one rule to the next.
 */
import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";

export interface ReadStack {
  stack: Stack;
  /** URN of the stack itself. */
  root: string;
}

export type StackReader = (args: Pick<StackValidationArgs, "resources">) => ReadStack;

/**
 * The rules of one judgement run in one turn of the event loop, since none of them waits for anything: what the first
 * one read serves the others. The next judgement comes by a message of its own, in another turn.
 */
export function stackReader(): StackReader {
  let read: ReadStack | undefined;
  return (args) => {
    if (read === undefined) {
      read = readStack(args.resources);
      setImmediate(() => {
        read = undefined;
      });
    }
    return read;
  };
}

function readStack(resources: readonly PolicyResource[]): ReadStack {
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? resources[0];
  return {
    stack: new Stack(dependenciesFirst(resources.map((resource) => new StackSubject(resource)))),
    root: root?.urn ?? "",
  };
}

/**
 * The Pulumi CLI tells a stack's resources in an order by chance, the embedded engine as they were registered: rules
 * meet a resource after those that it depends on, and in the same order from either.
 */
function dependenciesFirst(subjects: readonly Subject[]): Subject[] {
  const waiting = new Map(subjects.map((subject) => [subject.urn, subject]));
  const ordered: Subject[] = [];
  const place = (urn: string): void => {
    const subject = waiting.get(urn);
    if (subject === undefined) return;
    waiting.delete(urn);
    for (const dependency of subject.dependencies) place(dependency);
    ordered.push(subject);
  };
  for (const urn of [...waiting.keys()].sort()) place(urn);
  return ordered;
}

/** Made for every resource before the first rule looks: what few rules ask is read when they do. */
class StackSubject implements Subject {
  readonly #resource: PolicyResource;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  #propertyDependencies: Subject["propertyDependencies"] | undefined;

  constructor(resource: PolicyResource) {
    this.#resource = resource;
    this.type = resource.type;
    this.name = resource.name;
    this.urn = resource.urn;
  }

  get props(): Subject["props"] {
    return this.#resource.props;
  }

  get options(): Subject["options"] {
    return this.#resource.opts;
  }

  get parent(): string | undefined {
    return this.#resource.parent?.urn;
  }

  get provider(): Subject["provider"] {
    return this.#resource.provider;
  }

  get dependencies(): readonly string[] {
    return this.#resource.dependencies.map(({ urn }) => urn);
  }

  get propertyDependencies(): Subject["propertyDependencies"] {
    this.#propertyDependencies ??= Object.fromEntries(
      Object.entries(this.#resource.propertyDependencies).map(([property, targets]) => [
        property,
        targets.map(({ urn }) => urn),
      ]),
    );
    return this.#propertyDependencies;
  }
}
