// The libraries below are published as ES modules only; jest runs CommonJS, so they are transformed like our own files.
const esmOnly = [
  "age-encryption",
  "@noble",
  "@scure",
  "commander",
  "path-to-regexp",
  "csp_evaluator",
  "preact",
  "preact-render-to-string",
  "htm",
  "@dagrejs",
];

export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/.thorbis/"],
  transform: {
    "\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join("|")})/)`],
  maxWorkers: 2,
};
