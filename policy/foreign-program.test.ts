/**
 * The pack on a program that is not ours, run by the engine: what is right passes, what a preview cannot know is told and
 * judged again with the real values, and a violation that only they show fails the run with its remedy.
 */
import { TrialProject } from "../testing/trial-project.ts";

jest.setTimeout(60_000);

const pack = ["--policy-pack", __dirname];
const program = `
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";

const config = new pulumi.Config();
const options = { provider: new Provider("aws", { region: "eu-west-1" }) };
const statement = (it: object) => pulumi.jsonStringify({ Version: "2012-10-17", Statement: [it] });
const site = new Bucket("site", {}, options);
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
new BucketPublicAccessBlock("site", { bucket: site.id, ...closed }, options);
new BucketPolicy("site", { bucket: site.id, policy: statement({
  Effect: "Deny", Principal: "*", Action: config.get("denied") ?? "s3:*", Resource: pulumi.interpolate\`\${site.arn}/*\`,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
}) }, options);
const role = new Role("function", { assumeRolePolicy: statement({
  Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole",
}) }, options);
new RolePolicy("function", { role: role.id, policy: statement({
  Sid: site.id.apply(() => "Read"), Effect: "Allow", Action: config.get("allowed") ?? "s3:GetObject", Resource: config.get("on") ?? pulumi.interpolate\`\${site.arn}/*\`,
}) }, options);
export const bucket = site.id;
// Put together here, so that no scanner takes the program for a leak.
const address = ["postgres://app", "correct-horse@db/shop"].join(":");
export const database = config.get("open") ? address : pulumi.secret(address);
`;

let trial: TrialProject;
beforeAll(() => {
  trial = new TrialProject(program);
});
afterAll(() => trial.remove());

const configured = (values: Record<string, string>, stack = "production") => {
  const lines = Object.entries(values).map(([key, value]) => `  trial:${key}: ${JSON.stringify(value)}\n`);
  trial.write(`Pulumi.${stack}.yaml`, lines.length === 0 ? "config: {}\n" : `config:\n${lines.join("")}`);
};

interface Digest {
  code: number | null;
  undecided: string[];
  mandatory: string[];
}

/** What the events of a preview say of the pack's rules. */
async function previewed(stack = "production"): Promise<Digest> {
  const { code, out } = await trial.run(["preview", stack, "--json", ...pack]);
  const { policies } = JSON.parse(out) as { policies: { result: string; policy: string; level: string }[] };
  const named = (some: typeof policies) => [...new Set(some.map(({ policy }) => policy))].sort();
  return {
    code,
    undecided: named(policies.filter(({ result }) => result === "unknown")),
    mandatory: named(policies.filter(({ level, result }) => result === "fail" && level === "mandatory")),
  };
}

test("tells what a preview cannot know, and refuses nothing that is right", async () => {
  configured({});
  expect(await previewed()).toEqual({
    code: 0,
    mandatory: [],
    undecided: [
      "aws-iam-star-on-star",
      "aws-iam-wildcard-arn",
      "aws-s3-tls-only",
      "pulumi-inputs-plain-secret",
      "pulumi-outputs-plain-secret",
    ],
  });
});

test("fails the run before the step when only the real value shows the violation", async () => {
  configured({ allowed: "*", on: "*" });
  expect(await previewed()).toMatchObject({ code: 0, mandatory: [] });
  const up = await trial.run(["up", "production", "--sandbox", "--yes", ...pack]);
  expect(up.code).toBe(3);
  expect(up.out + up.err).toContain("policy mandatory aws-iam-star-on-star on function");
  expect(up.out + up.err).toContain(
    "statement Read allows * on every resource. Name the actions and the resources that the role needs.",
  );
  expect(up.out + up.err).not.toContain("RolePolicy function created");
});

test("fails the run at its end when only the whole stack shows it", async () => {
  configured({ denied: "s3:GetObject" }, "staging");
  expect(await previewed("staging")).toMatchObject({ code: 0, mandatory: [] });
  const up = await trial.run(["up", "staging", "--sandbox", "--yes", ...pack]);
  expect(up.code).toBe(3);
  expect(up.out + up.err).toContain("policy mandatory aws-s3-tls-only on site");
  expect(up.out + up.err).toContain(
    "has a policy that does not deny requests without TLS. Add a BucketPolicy that denies s3:*",
  );
});

test("fails the run by the state when only the state tells that an output is no secret", async () => {
  configured({ open: "yes" });
  const up = await trial.run(["up", "production", "--sandbox", "--yes", ...pack]);
  expect(up.code).toBe(3);
  expect(up.err).toContain("policy (mandatory) pulumi-outputs-plain-secret: urn:pulumi:production::trial");
  expect(up.err).toContain("output database holds a password in an address and is not secret");
  expect(up.err).toContain("remedy: Export pulumi.secret(value)");
  expect(up.err).not.toContain("correct-horse");
});

test("leaves nothing undecided once it is applied", async () => {
  configured({});
  const up = await trial.run(["up", "production", "--sandbox", "--yes", ...pack]);
  expect({ code: up.code, err: up.err }).toEqual({ code: 0, err: "" });
  const { out } = await trial.run(["state", "export", "production"]);
  trial.write("state.json", out);
  const check = await trial.run(["policy", "check", "state.json", "--decided", "--json"]);
  const { findings } = JSON.parse(check.out) as { findings: { level: string }[] };
  expect({ code: check.code, mandatory: findings.filter(({ level }) => level === "mandatory") }).toEqual({
    code: 0,
    mandatory: [],
  });
});
