/** What adopts: the embedded engine on the sandbox, or the Pulumi CLI. */
import type { Declared, PreviewStep } from "../../operations/adoption/declared.ts";
import type { Verdict } from "../../operations/adoption/proof.ts";

export interface Trial {
  /** URNs of what does not exist. */
  absent: string[];
  /** One for each that exists. */
  verdicts: Verdict[];
}

export interface Adopter {
  /** The steps of a preview on the state as it is. */
  steps(): Promise<PreviewStep[]>;
  /** What an adoption would come to, by reading only; absent where that needs the import itself. */
  tryOut?(ids: ReadonlyMap<string, string>): Promise<Trial>;
  /**
   * Takes resources over when `may` says so of the proof, and leaves the state as it was otherwise.
   * @param declared of {@link steps}
   * @param ids by URN
   */
  adopt(
    declared: Declared,
    ids: ReadonlyMap<string, string>,
    may: (verdicts: readonly Verdict[]) => boolean,
  ): Promise<Trial>;
}
