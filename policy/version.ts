/** Whether a version comes before another: `7.9.0` is below `7.48.0`. What follows a hyphen or a plus does not count. */
export function isBelow(version: string, floor: string): boolean {
  const [have, need] = [numbersOf(version), numbersOf(floor)];
  const index = need.findIndex((part, place) => part !== have[place]);
  return index >= 0 && (have[index] ?? 0) < (need[index] ?? 0);
}

const numbersOf = (version: string): number[] =>
  version
    .replace(/^v|[+-].*$/g, "")
    .split(".")
    .slice(0, 3)
    .map(Number);
