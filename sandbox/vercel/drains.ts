/** Drains of logs and traces, and webhooks. */
import { isMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { count, length, type Rule, range } from "../rules.ts";
import { letters, named, newId, row } from "./common.ts";
import facts from "./drains.json" with { type: "json" };

const headers: Rule = (inputs, report) => {
  if (!isMap(inputs.headers)) return;
  const number = Object.keys(inputs.headers).length;
  if (number > 5) report("headers", `too many headers: no more than 5, got ${number}`);
};

const rules: Rule[] = [length("name", 1, 256), length("secret", 32, 256), headers];

export const drains: Service = {
  file: "sandbox/vercel/drains.json",
  facts,
  behaviours: {
    "vercel:index/logDrain:LogDrain": row({
      ...named(256),
      rules: [...rules, range("samplingRate", 0, 1), count("environments", 1, 2), count("sources", 1, 7)],
      id: () => newId("drain"),
      outputs: (inputs, { old }) => ({ secret: inputs.secret ?? old?.secret ?? letters(32) }),
    }),
    "vercel:index/traceDrain:TraceDrain": row({
      ...named(256),
      rules: [...rules, range("samplingRules[].rate", 0, 1)],
      id: () => newId("drain"),
      outputs: (inputs, { old }) => ({ secret: inputs.secret ?? old?.secret ?? letters(32) }),
    }),
    "vercel:index/webhook:Webhook": row({
      rules: [count("events", 1, 100), count("projectIds", 1, 20)],
      id: () => newId("hook"),
      outputs: (_, { old }) => ({ secret: old?.secret ?? letters(24) }),
    }),
  },
};
