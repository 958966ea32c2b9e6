/** The arrows of DESIGN: index → stacks → components; cli → everything; what else crosses is listed here, and nothing more. */
const rooms = ["stacks", "components", "policy", "operations", "engine", "sandbox", "cli"];
const allowed = {
  components: [],
  stacks: ["components"],
  policy: [],
  engine: [],
  // The sandbox implements the provider interface, which speaks in property values.
  sandbox: ["engine/provider\\.ts$", "engine/values\\.ts$"],
  // One scorer for declared and live headers; the schema and the catalogue.
  operations: ["policy/headers", "stacks/"],
};

const crossings = Object.entries(allowed).map(([room, targets]) => ({
  name: `${room}-reaches-only-its-own`,
  comment: `${room}/ may import from: ${targets.length > 0 ? targets.join(", ") : "no other room"}`,
  severity: "error",
  from: { path: `^${room}/`, pathNot: "\\.test\\.ts$" },
  to: {
    path: `^(${rooms.filter((other) => other !== room).join("|")}|index\\.ts$)`,
    pathNot: targets.map((target) => `^${target}`),
  },
}));

module.exports = {
  forbidden: [
    ...crossings,
    {
      name: "index-reaches-only-stacks",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(components|policy|operations|engine|sandbox|cli|testing|bench)/" },
    },
    {
      name: "product-code-does-not-use-tests",
      severity: "error",
      from: { pathNot: "(\\.test\\.ts$|^testing/|^bench/)" },
      to: { path: "(\\.test\\.ts$|^testing/|^bench/)" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)\\.thorbis/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
