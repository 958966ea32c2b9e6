/** What the code declares and the state does not have yet: from the steps of a preview. Only such a resource can be adopted. */

import { nameOf } from "../urn.ts";

/** A resource as a preview shows it; the names are those of Pulumi's checkpoint. */
export interface PlannedState {
  urn: string;
  type: string;
  custom?: boolean;
  id?: string;
  parent?: string;
  /** `<URN>::<id>` */
  provider?: string;
  inputs?: Record<string, unknown>;
  propertyDependencies?: Record<string, string[] | null> | null;
}

export interface PreviewStep {
  op: string;
  urn: string;
  old?: PlannedState;
  new?: PlannedState;
  /** Names of the properties that force a replacement. */
  keys?: readonly string[];
  /** Names of the properties that differ. */
  diffs?: readonly string[];
}

export const isStack = (urn: string): boolean => urn.includes("::pulumi:pulumi:Stack::");
const isProvider = (type: string) => type.startsWith("pulumi:providers:");

/** Everything by URN as it would be after the apply. */
export class Declared {
  readonly #states: ReadonlyMap<string, PlannedState>;
  readonly #created: ReadonlySet<string>;

  constructor(steps: readonly PreviewStep[]) {
    this.#states = new Map(steps.flatMap(({ urn, new: state }) => (state ? [[urn, state] as const] : [])));
    this.#created = new Set(steps.filter(({ op }) => op === "create").map(({ urn }) => urn));
  }

  get(urn: string): PlannedState | undefined {
    return this.#states.get(urn);
  }

  /** True for what the state does not have. */
  isNew = (urn: string): boolean => this.#created.has(urn);

  /** The real resources that an apply would make, in the order of the program. */
  candidates(): PlannedState[] {
    return [...this.#states.values()].filter(
      ({ urn, type, custom }) => custom === true && this.isNew(urn) && !isProvider(type),
    );
  }

  /** All that answers to a URN, `<type>::<name>` or a name. */
  named(text: string): PlannedState[] {
    return [...this.#states.values()].filter(
      ({ urn, type, custom }) =>
        custom === true && (urn === text || `${type}::${nameOf(urn)}` === text || nameOf(urn) === text),
    );
  }

  /** The components that own a resource, outermost first, without the stack. */
  owners(urn: string): PlannedState[] {
    const chain: PlannedState[] = [];
    for (let at = this.get(urn)?.parent; at !== undefined && chain.length < 50; at = this.get(at)?.parent) {
      const owner = this.get(at);
      if (owner && !isStack(at)) chain.unshift(owner);
    }
    return chain;
  }
}

export const providerUrnOf = ({ provider }: Pick<PlannedState, "provider">): string | undefined =>
  provider?.slice(0, provider.lastIndexOf("::"));
