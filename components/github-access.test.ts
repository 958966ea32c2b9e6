import { type Recording, record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { GithubAccess, type GithubAccessArgs } from "./github-access.ts";

const args: GithubAccessArgs = {
  accountId: "111111111111",
  repository: "thorbis/infrastructure",
  githubEnvironment: "production",
  branch: "main",
  stateBucketName: "thorbis-state",
  ownership,
  identityProvider: "create",
};
const declare = (change: Partial<GithubAccessArgs> = {}) =>
  record(() => {
    new GithubAccess("ci", { ...args, ...change });
  });
const trustOf = (recording: Recording, name: string) =>
  JSON.parse(String(recording.only("aws:iam/role:Role", name).inputs.assumeRolePolicy)).Statement;
const statementsOf = (recording: Recording, name: string) =>
  JSON.parse(String(recording.only("aws:iam/rolePolicy:RolePolicy", name).inputs.policy)).Statement;

test("deploys from one environment and one branch, and from nowhere else", async () => {
  expect(trustOf(await declare(), "ci-deploy")).toEqual([
    {
      Sid: "TrustWorkflow",
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        StringLike: {
          "token.actions.githubusercontent.com:sub":
            "repo:thorbis/infrastructure:environment:production:ref:refs/heads/main",
        },
      },
    },
  ]);
});

test("a preview looks at resources and never at data", async () => {
  const recording = await declare();
  expect(trustOf(recording, "ci-preview")[0].Condition.StringLike).toEqual({
    "token.actions.githubusercontent.com:sub": "repo:thorbis/infrastructure:pull_request:ref:refs/pull/*",
  });
  const statements = statementsOf(recording, "ci-preview-policy");
  const allowed = statements.filter(({ Effect }: { Effect: string }) => Effect === "Allow");
  expect(allowed).toEqual([
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::thorbis-state", "arn:aws:s3:::thorbis-state/*"],
    },
  ]);
  expect(statements).toContainEqual(expect.objectContaining({ Sid: "ReadNoData", Effect: "Deny", Resource: "*" }));
});

test("a deployment cannot widen its own rights", async () => {
  expect(statementsOf(await declare(), "ci-deploy-policy")).toContainEqual(
    expect.objectContaining({
      Sid: "NeverItself",
      Effect: "Deny",
      Resource: ["arn:aws:iam::111111111111:role/ci-preview", "arn:aws:iam::111111111111:role/ci-deploy"],
    }),
  );
});

test("adopts the account's identity provider instead of creating a second", async () => {
  const arn = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
  const recording = await declare({ identityProvider: { arn } });
  expect(recording.ofType("aws:iam/openIdConnectProvider:OpenIdConnectProvider")).toEqual([]);
  expect(trustOf(recording, "ci-deploy")[0].Principal).toEqual({ Federated: arn });
});

test("holds the identity provider against deletion", async () => {
  const identity = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
  expect((await declare()).only(identity).protect).toBe(true);
  expect((await declare({ dataProtection: "disposable" })).only(identity).protect).toBe(false);
});

test.each([
  [{ repository: "infrastructure" }, 'ci.repository: "infrastructure" is no repository'],
  [{ branch: "*" }, 'ci.branch: "*" could match more than it names'],
  [{ githubEnvironment: "a:b" }, 'ci.githubEnvironment: "a:b" could match more than it names'],
] satisfies [Partial<GithubAccessArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
