/** Errors inside a run. */

/** The run stops here, and what was wrong has been reported already. */
export class Bail extends Error {
  override readonly name = "Bail";
}

/** A step failed and was reported; the executor stops what follows. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** A protected resource would have been deleted. Only what it depends on is spared; the rest goes on. */
export class ProtectedFromDelete extends Error {
  override readonly name = "ProtectedFromDelete";
  constructor(urn: string) {
    super(
      `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, remove the \`protect\` ` +
        "flag from the resource in the program and run an update first",
    );
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
