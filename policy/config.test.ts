import {
  checkConfig,
  configFor,
  levelOf,
  type PackConfig,
  projectOfUrn,
  settingsOf,
  stackOfUrn,
  tierOf,
  wildcard,
} from "./config.ts";
import { awsLogRetention } from "./rules/aws-log-retention.ts";

const config: PackConfig = {
  stacks: { development: ["dev-*"], staging: ["staging"], production: ["live"] },
  rules: {
    "aws-log-retention": {
      levels: { development: "advisory" },
      settings: { minimumDays: 30 },
      environments: { development: { minimumDays: 1 } },
    },
  },
};

test("holds a stack that nobody classified to production's rules", () => {
  expect(["dev-jo", "staging", "live", "unheard-of"].map((stack) => tierOf(stack, config))).toEqual([
    "development",
    "staging",
    "production",
    "production",
  ]);
});

test("takes level and settings by environment", () => {
  expect(levelOf(awsLogRetention, "development", config)).toBe("advisory");
  expect(levelOf(awsLogRetention, "production", config)).toBe("mandatory");
  expect(settingsOf(awsLogRetention, "development", config)).toEqual({ minimumDays: 1 });
  expect(settingsOf(awsLogRetention, "production", config)).toEqual({ minimumDays: 30 });
});

test("says everything that is wrong with a configuration at once", () => {
  const wrong = {
    stacks: {},
    rules: {
      "aws-log-retension": {},
      "aws-log-retention": { levels: { live: "mandatory" }, settings: { minimumDays: "30", days: 1 } },
    },
  } as unknown as PackConfig;
  expect(() => checkConfig(wrong, [awsLogRetention])).toThrow(
    [
      "policy/config.json is not usable:",
      "  rules.aws-log-retension: there is no such rule",
      "  rules.aws-log-retention.levels.live: not an environment",
      "  rules.aws-log-retention.settings.minimumDays: must be of type integer",
      "  rules.aws-log-retention.settings.days: the rule has no such setting",
    ].join("\n"),
  );
});

test("takes * for any run of characters and everything else for itself", () => {
  expect(wildcard("a.*c").test("a.bbc")).toBe(true);
  expect(wildcard("a.*c").test("abbc")).toBe(false);
});

test("reads the stack from a URN", () => {
  expect(stackOfUrn("urn:pulumi:production::shop::aws:s3/bucket:Bucket::a")).toBe("production");
  expect(stackOfUrn("a")).toBeUndefined();
});

test("holds a program that is not named to the rules' own defaults", () => {
  const config = { stacks: {}, projects: ["shop"], rules: { "aws-s3-acl": {} } };
  expect(configFor("shop", config).rules).toEqual({ "aws-s3-acl": {} });
  expect(configFor("", config).rules).toEqual({ "aws-s3-acl": {} });
  expect(configFor("another", config)).toEqual({ stacks: {}, rules: {} });
  expect(configFor("another", { stacks: {}, rules: { "aws-s3-acl": {} } }).rules).toEqual({ "aws-s3-acl": {} });
});

test("reads stack and project from a URN", () => {
  const urn = "urn:pulumi:production::shop::a:b:C$aws:s3/bucket:Bucket::name::with colons";
  expect([stackOfUrn(urn), projectOfUrn(urn), projectOfUrn("x")]).toEqual(["production", "shop", undefined]);
});
