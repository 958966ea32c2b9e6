import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { type SecretDeclaration, Secrets, type SecretsArgs } from "./secrets.ts";

const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const stripe: SecretDeclaration = {
  description: "Stripe's API key",
  value: "placeholder",
  readerArns: [role("web")],
  rotation: { by: "person", everyDays: 90 },
};
const args: SecretsArgs = {
  accountId: "111111111111",
  region: "us-east-1",
  ownership,
  dataProtection: "protected",
  prefix: "thorbis/test",
  administratorArns: [role("deploy")],
  reminderTopicArn: "arn:aws:sns:us-east-1:111111111111:alerts-info",
  entries: { STRIPE_SECRET_KEY: stripe },
};

const declare = (change: Partial<SecretsArgs> = {}) =>
  record(() => {
    new Secrets("secrets", { ...args, ...change });
  });

test("keeps every value in a secret envelope", async () => {
  const recording = await declare();
  const version = recording.only("aws:secretsmanager/secretVersion:SecretVersion");
  expect(version.secrets).toEqual(["secretString"]);
  for (const resource of recording.resources) {
    if (resource.urn !== version.urn) expect(JSON.stringify(resource.inputs)).not.toContain("placeholder");
  }
});

test("holds the entries and their key against deletion, and gives a month to change one's mind", async () => {
  const recording = await declare();
  const secret = recording.only("aws:secretsmanager/secret:Secret");
  expect(secret).toMatchObject({ protect: true, retainOnDelete: true, inputs: { recoveryWindowInDays: 30 } });
  expect(recording.only("aws:kms/key:Key")).toMatchObject({ protect: true, retainOnDelete: true });
});

test("frees the names of disposable entries at once", async () => {
  const secret = (await declare({ dataProtection: "disposable" })).only("aws:secretsmanager/secret:Secret");
  expect(secret).toMatchObject({ protect: false, inputs: { recoveryWindowInDays: 0 } });
});

test("lets the named roles read, and nobody else", async () => {
  const { inputs } = (await declare()).only("aws:secretsmanager/secretPolicy:SecretPolicy");
  expect(inputs.blockPublicPolicy).toBe(true);
  expect(JSON.parse(String(inputs.policy)).Statement).toEqual([
    {
      Sid: "OnlyNamedReaders",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [role("web"), role("deploy")] } },
    },
  ]);
});

test("reminds a person of all the secrets that are due together", async () => {
  const entries = {
    STRIPE_SECRET_KEY: stripe,
    OPENAI_API_KEY: stripe,
    SENDGRID_API_KEY: { ...stripe, rotation: { by: "person" as const, everyDays: 180 } },
  };
  const schedules = (await declare({ entries })).ofType("aws:scheduler/schedule:Schedule");
  expect(schedules.map(({ inputs }) => inputs.scheduleExpression)).toEqual(["rate(180 days)", "rate(90 days)"]);
  expect(JSON.stringify(schedules[1]?.inputs.target)).toContain(
    "- thorbis/test/STRIPE_SECRET_KEY\\\\n- thorbis/test/OPENAI_API_KEY",
  );
});

test("rotates by function where there is one, and then reminds nobody", async () => {
  const functionArn = "arn:aws:lambda:us-east-1:111111111111:function:rotate";
  const entry = { ...stripe, rotation: { by: "function" as const, everyDays: 30, functionArn } };
  const recording = await declare({ entries: { DATABASE_PASSWORD: entry } });
  expect(recording.only("aws:secretsmanager/secretRotation:SecretRotation").inputs).toMatchObject({
    rotationLambdaArn: functionArn,
    rotationRules: { automaticallyAfterDays: 30 },
    rotateImmediately: false,
  });
  expect(recording.ofType("aws:scheduler/schedule:Schedule")).toEqual([]);
});

test.each([
  [{ prefix: "/Thorbis" }, 'secrets.prefix: "/Thorbis" is no path of a secret'],
  [
    { administratorArns: [] },
    "secrets.administratorArns: without an administrator nobody could ever change the entries again",
  ],
  [{ entries: { stripe } }, "secrets.entries.stripe: the name is no environment variable's"],
  [{ entries: { KEY: { ...stripe, readerArns: [] } } }, "secrets.entries.KEY.readerArns: nobody could read the secret"],
  [
    { entries: { KEY: { ...stripe, rotation: { by: "person", everyDays: 0 } } } },
    "secrets.entries.KEY.rotation.everyDays: 0 is no rotation interval",
  ],
] satisfies [Partial<SecretsArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
