import type { Properties } from "./properties.ts";

/** A resource as a rule sees it, whichever way it came: from an engine, from a state file, from a plan. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Inputs for a resource rule, outputs for a stack rule. Reading a value that is not known yet throws. */
  readonly props: Properties;
  readonly options: { readonly protect: boolean; readonly deleteBeforeReplace?: boolean | undefined };
  readonly provider?:
    | {
        readonly type: string;
        readonly urn: string;
        readonly name: string;
        readonly props: Properties;
      }
    | undefined;
  /** URNs. */
  readonly parent?: string | undefined;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Paths of the values that are secret (`a.b[0].c`); absent when the engine did not tell. */
  readonly secrets?: ReadonlySet<string>;
}
