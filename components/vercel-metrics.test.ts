import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { VercelMetrics, type VercelMetricsArgs } from "./vercel-metrics.ts";

const args: VercelMetricsArgs = {
  accountId: "111111111111",
  teamSlug: "thorbis",
  projectNames: ["thorbis-site-production", "thorbis-hs-production"],
  environments: ["production"],
  namespace: "Thorbis/Application",
  ownership,
};
const declare = (change: Partial<VercelMetricsArgs> = {}) =>
  record(() => {
    new VercelMetrics("apps", { ...args, ...change });
  });

test("trusts the functions of the named projects and environments, and no others", async () => {
  const recording = await declare();
  expect(recording.only("aws:iam/openIdConnectProvider:OpenIdConnectProvider").inputs).toMatchObject({
    url: "https://oidc.vercel.com/thorbis",
    clientIdLists: ["https://vercel.com/thorbis"],
  });
  const { assumeRolePolicy } = recording.only("aws:iam/role:Role").inputs;
  expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
    expect.objectContaining({
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "oidc.vercel.com/thorbis:aud": "https://vercel.com/thorbis",
          "oidc.vercel.com/thorbis:sub": [
            "owner:thorbis:project:thorbis-site-production:environment:production",
            "owner:thorbis:project:thorbis-hs-production:environment:production",
          ],
        },
      },
    }),
  ]);
});

test("lets them report metrics of one namespace, and nothing else", async () => {
  const { policy } = (await declare()).only("aws:iam/rolePolicy:RolePolicy").inputs;
  expect(JSON.parse(String(policy)).Statement).toEqual([
    {
      Sid: "ReportMetrics",
      Effect: "Allow",
      Action: "cloudwatch:PutMetricData",
      Resource: "*",
      Condition: { StringEquals: { "cloudwatch:namespace": "Thorbis/Application" } },
    },
  ]);
});

test.each([
  [{ teamSlug: "*" }, 'apps.teamSlug: "*" could match more than it names'],
  [{ projectNames: ["a:project:b"] }, 'apps.projectNames: "a:project:b" could match more than it names'],
  [{ projectNames: [] }, "apps.projectNames: nobody would report"],
  [{ environments: [] }, "apps.environments: nobody would report"],
] satisfies [Partial<VercelMetricsArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
