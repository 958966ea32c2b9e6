import { oneOf, trueOrFalse, webUrl, wholeNumber } from "./formats.ts";
import { appOrigin, helpdeskOrigin } from "./origins.ts";
import { everyApp, everywhere, helpdeskServices, type Variable } from "./variable.ts";

/** How a process behaves: nothing here is secret. */
export const runtimeVariables = [
  {
    name: "NODE_ENV",
    description: "Node's mode",
    receivers: [...everyApp, ...helpdeskServices],
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of: ({ tier }) => (tier === "development" ? "development" : "production") },
    format: oneOf("development", "production", "test"),
  },
  {
    name: "LOG_LEVEL",
    description: "The least severe log line that is kept",
    receivers: [...everyApp, ...helpdeskServices],
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of: ({ monitoring }) => monitoring.logLevel },
    format: oneOf("debug", "info", "warn", "error"),
  },
  {
    name: "ENABLE_DEBUG_LOGS",
    description: "Whether every API request is logged",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of: ({ monitoring }) => String(monitoring.logLevel === "debug") },
    format: trueOrFalse(),
  },
  {
    name: "API_BASE_URL",
    description: "Where the app's own API is reached",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: {
      kind: "setting",
      of: (environment, receiver) => {
        const app = everyApp.find((name) => name === receiver) ?? "site";
        return `${appOrigin(environment, app)}/api`;
      },
    },
    format: webUrl(),
  },
  {
    name: "API_TIMEOUT_MS",
    description: "Milliseconds after which an API call is given up",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of: ({ apis }) => String(apis.timeoutSeconds * 1000) },
    format: wholeNumber(1000, 300_000),
  },
  {
    name: "API_RETRIES",
    description: "How often a failed API call is repeated",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of: ({ apis }) => String(apis.retries) },
    format: wholeNumber(0, 10),
  },
  {
    name: "NEXTAUTH_URL",
    description: "The origin that sessions belong to",
    receivers: [...everyApp, ...helpdeskServices],
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: {
      kind: "setting",
      of: (environment, receiver) => {
        const app = everyApp.find((name) => name === receiver);
        return app === undefined ? helpdeskOrigin(environment) : appOrigin(environment, app);
      },
    },
    format: webUrl(),
  },
] as const satisfies readonly Variable[];
