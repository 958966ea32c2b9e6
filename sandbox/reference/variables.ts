/** The environment variables of a deployment, read as the applications read them. */
export type Variables = Readonly<Record<string, string | undefined>>;

export function wholeNumber(variables: Variables, name: string, fallback: number): number {
  const value = Number(variables[name]);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
