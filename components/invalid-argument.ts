/**
 * A component was given a value that the provider would refuse late, or accept and regret.
 * Thrown before the component registers anything, so a wrong stack changes nothing.
 */
export class InvalidArgument extends Error {
  readonly exitCode = 2;
  /** Where the value stands, for example `thorbis-cache.nodeCount`. */
  readonly path: string;
  /** What to write instead. */
  readonly remedy: string;

  constructor(path: string, reason: string, remedy: string) {
    super(`${path}: ${reason}`);
    this.name = "InvalidArgument";
    this.path = path;
    this.remedy = remedy;
  }
}

/** Throws unless `holds`: the guard at the head of a constructor. */
export function demand(holds: boolean, path: string, reason: string, remedy: string): asserts holds {
  if (!holds) throw new InvalidArgument(path, reason, remedy);
}
