/** One mistake in a stack's configuration, in the words of the person who made it. */
export interface Problem {
  /** Where: the dotted path below the configuration key, for example `environment.database.poolSize`. */
  readonly path: string;
  /** What is wrong. Never holds a secret's value. */
  readonly reason: string;
  /** What to write instead. */
  readonly remedy: string;
}

/**
 * Every mistake of a stack's configuration in one message, so that it is mended in one go.
 * `exitCode` 2 is "wrong usage or configuration" on our command line.
 */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly exitCode = 2;
  readonly problems: readonly Problem[];
  // The Pulumi language host prints an error that carries this mark (pulumi.RunError's) as its message alone,
  // without a stack. Extending RunError would make every reader of the schema load the whole SDK.
  protected readonly __pulumiRunError = true;

  constructor(file: string, problems: readonly Problem[]) {
    super(
      `${file}: ${problems.length} ${problems.length === 1 ? "mistake" : "mistakes"}\n${problems.map(line).join("\n")}`,
    );
    this.problems = problems;
  }
}

function line({ path, reason, remedy }: Problem): string {
  return `  ${path}: ${reason}\n    ${remedy}`;
}

/** The known name nearest to a misspelt one; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3));
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance };
  }
  return best?.name;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
