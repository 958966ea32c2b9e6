import type { Environment } from "./environment.ts";

/** What the Aurora cluster is called, and the key that it is encrypted under: rights name both before they exist. */
export const databaseCluster = ({ name }: Environment) =>
  ({ identifier: `thorbis-${name}`, keyName: `thorbis-${name}-database-key` }) as const;
