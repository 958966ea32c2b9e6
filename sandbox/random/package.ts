/** The Random package. */
import type { Package } from "../package.ts";

export const randomPackage: Package = {
  name: "random",
  bridge: "framework",
  serviceOf: (token) => (/^random:index\/[A-Za-z0-9]+:[A-Za-z0-9]+$/.test(token) ? "random" : undefined),
  services: { random: async () => (await import("./random.ts")).random },
  configuration: {
    properties: new Map(),
    place: () => ({ account: "", region: "", team: "", defaultTags: {} }),
  },
  functions: {},
};
