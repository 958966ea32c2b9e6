import { appliesTo, judgeResource, judgeStack } from "./judge.ts";
import { everywhere, resourceRule, setting, stackRule } from "./rule.ts";
import { Stack } from "./stack.ts";
import { resource, STACK_URN } from "./testing.ts";
import { guarded, UNKNOWN } from "./unknown.ts";

const head = {
  name: "shop-thing-good",
  title: "Things are good",
  description: "Every thing is good.",
  severity: "low" as const,
  frameworks: [],
  remediation: "Make it good.",
  link: "https://shop.test",
  levels: everywhere("mandatory"),
};
const circumstances = { tier: "production" as const, now: new Date("2026-11-21"), settings: {} };
const bucket = resource("aws:s3/bucket:Bucket", "a", { list: ["x", UNKNOWN, "z"], deep: { value: UNKNOWN } });
const seen = { ...bucket, props: guarded(bucket.props) };

test("a rule that throws is a finding, not a pass and not a crash", () => {
  const rule = resourceRule({
    ...head,
    types: ["*"],
    check() {
      throw new TypeError("a bug");
    },
  });
  expect(judgeResource(rule, seen, circumstances)).toEqual([
    { rule: head.name, result: "broken", urn: bucket.urn, message: "the rule itself failed: a bug" },
  ]);
});

test("an unknown names its property and is never a pass", () => {
  const rule = resourceRule({
    ...head,
    types: ["*"],
    check(thing, context) {
      if ((thing.props.deep as { value: string }).value === "bad") context.report("bad");
    },
  });
  expect(judgeResource(rule, seen, circumstances)).toMatchObject([{ result: "unknown", property: "deep.value" }]);
});

test("one unknown item does not hide what is wrong with the others", () => {
  const rule = resourceRule({
    ...head,
    types: ["*"],
    check(thing, context) {
      context.each(thing.props.list as string[], (item) => context.report(`${item} is bad`));
    },
  });
  expect(judgeResource(rule, seen, circumstances).map(({ message, result }) => [result, message])).toEqual([
    ["violation", "x is bad"],
    ["unknown", "list.1 is not known before the apply, so this rule is judged again after it"],
    ["violation", "z is bad"],
  ]);
});

test("what is wrong with one resource of a stack is said of that resource", () => {
  const rule = stackRule({
    ...head,
    types: ["*"],
    check(stack, context) {
      context.each(stack.resources, (thing) => {
        if (thing.name === "b") context.report("bad", thing);
        else throw new Error("a bug");
      });
    },
  });
  const other = resource("aws:s3/bucket:Bucket", "b", {});
  expect(
    judgeStack(rule, new Stack([seen, other]), STACK_URN, circumstances).map(({ result, urn }) => [result, urn]),
  ).toEqual([
    ["broken", bucket.urn],
    ["violation", other.urn],
  ]);
});

test("a stack rule is not asked about a stack without its types", () => {
  const rule = stackRule({
    ...head,
    types: ["aws:sns/topic:Topic"],
    check() {
      throw new Error("asked");
    },
  });
  expect(judgeStack(rule, new Stack([seen]), STACK_URN, circumstances)).toEqual([]);
});

test("the same finding is said once", () => {
  const rule = resourceRule({
    ...head,
    types: ["*"],
    check(_, context) {
      context.report("bad");
      context.report("bad");
    },
  });
  expect(judgeResource(rule, seen, circumstances)).toHaveLength(1);
});

test("a rule gets its own defaults where nothing is configured, and its circumstances", () => {
  const rule = resourceRule({
    ...head,
    types: ["*"],
    settings: { days: setting.integer(30, "Days"), name: setting.text("a", "Name") },
    check(_, { now, report, settings, tier }) {
      report(`${settings.days} ${settings.name} ${tier} ${now.getUTCFullYear()}`);
    },
  });
  expect(judgeResource(rule, seen, { ...circumstances, settings: { days: 7 } })[0]?.message).toBe(
    "7 a production 2026",
  );
});

test("* means every resource of a provider, and neither components nor providers", () => {
  const rule = resourceRule({ ...head, types: ["*"], check: () => {} });
  const types = ["aws:s3/bucket:Bucket", "shop:web:App", "pulumi:providers:aws", "pulumi:pulumi:Stack"];
  expect(types.map((type) => appliesTo(rule, type))).toEqual([true, false, false, false]);
});
