/** Whatever a program hands over, a rule says something about it or nothing: it never breaks. */

import type { Properties } from "./properties.ts";
import { rulesWith } from "./rules.ts";
import type { Subject } from "./subject.ts";
import { judge, resource } from "./testing.ts";

const ODD: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  "a number": -1,
  "an empty text": "",
  "a text": "([{*",
  JSON: '{"Statement":[null,{"Principal":[1],"Condition":[]},"x"]}',
  "a list": [],
  "a list of nothing": [null, undefined],
  "a list of oddities": [0, "x", [], {}, [null]],
  "a group": {},
  "a group of oddities": { rules: [null, { action: null, conditionGroups: [null] }], headers: null, name: 7 },
  true: true,
};

/** Has every property, and each is the same oddity. */
const everyProperty = (value: unknown): Properties =>
  new Proxy({}, { get: (_, key) => (typeof key === "symbol" ? undefined : value) });

const rules = rulesWith([]).filter(({ kind }) => kind !== "step");

test.each(rules.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
  const types = "types" in rule ? rule.types.filter((type) => type !== "*") : [];
  const broken = Object.entries(ODD).flatMap(([what, value]) => {
    const subjects: Subject[] = [...types, "aws:sns/topic:Topic", "shop:web:App"].flatMap((type) => [
      resource(type, "whole", everyProperty(value)),
      resource(type, "keyed", { a: value, route: value, policy: value, tags: value, limits: value }),
    ]);
    return judge(rule, subjects)
      .filter(({ result }) => result === "broken")
      .map(({ message, urn }) => `${what}: ${urn}: ${message}`);
  });
  expect(broken).toEqual([]);
});
