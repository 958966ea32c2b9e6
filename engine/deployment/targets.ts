/** The resources to which a run is limited. `*` matches within a part of a URN, `**` across parts. */
export class Targets {
  readonly literals: Set<string>;
  readonly #globs: RegExp[];

  constructor(patterns: string[]) {
    this.literals = new Set(patterns.filter((pattern) => !pattern.includes("*")));
    this.#globs = patterns.filter((pattern) => pattern.includes("*")).map(globToRegExp);
  }

  /** A copy that can be extended. */
  clone(): Targets {
    const copy = new Targets([...this.literals]);
    copy.#globs.push(...this.#globs);
    return copy;
  }

  get constrained(): boolean {
    return this.literals.size > 0 || this.#globs.length > 0;
  }

  /** Without targets everything is one. */
  contains(urn: string): boolean {
    return !this.constrained || this.literals.has(urn) || this.#globs.some((glob) => glob.test(urn));
  }

  add(urn: string): void {
    if (this.constrained) this.literals.add(urn);
  }
}

function globToRegExp(glob: string): RegExp {
  const source = glob
    .split("**")
    .map((part) =>
      part
        .split("*")
        .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("[^:]*"),
    )
    .join(".*");
  return new RegExp(`^${source}$`);
}
