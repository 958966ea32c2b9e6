import { type ChildProcess, spawn } from "node:child_process";
import { credentials } from "@grpc/grpc-js";
import clients from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import protocol from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { STACK_URN, urnOf } from "./testing.ts";
import { UNKNOWN } from "./unknown.ts";

/** The pack as an engine runs it: `@pulumi/policy`'s own server in a process of its own. */
let pack: ChildProcess;
let client: InstanceType<typeof clients.AnalyzerClient>;

beforeAll(async () => {
  pack = spawn(process.execPath, ["index.js"], { cwd: __dirname, env: { ...process.env, PULUMI_STACK: "production" } });
  const port = await new Promise<string>((resolve, reject) => {
    let errors = "";
    pack.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    pack.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    pack.once("exit", () => reject(new Error(errors)));
  });
  client = new clients.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
}, 30_000);

afterAll(async () => {
  client?.close();
  const ended = new Promise((resolve) => pack.once("exit", resolve));
  pack.kill();
  await ended;
});

type Message = InstanceType<typeof protocol.AnalyzeRequest> | InstanceType<typeof protocol.AnalyzerResource>;

function fill<M extends Message>(message: M, type: string, name: string, props: Record<string, unknown>): M {
  const options = new protocol.AnalyzerResourceOptions();
  options.setProtect(true);
  message.setType(type);
  message.setName(name);
  message.setUrn(type === "pulumi:pulumi:Stack" ? STACK_URN : urnOf(type, name));
  message.setProperties(struct.Struct.fromJavaScript(props as Record<string, struct.JavaScriptValue>));
  message.setOptions(options);
  return message;
}

type Answer = { getDiagnosticsList(): InstanceType<typeof protocol.AnalyzeDiagnostic>[] };
const ask = (method: "analyze" | "remediate" | "analyzeStack", request: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = client[method].bind(client) as unknown as (
      message: unknown,
      done: (error: Error | null, answer: Answer) => void,
    ) => void;
    call(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
const said = (answer: Answer) =>
  answer.getDiagnosticsList().map((found) => [found.getPolicyname(), found.getEnforcementlevel(), found.getMessage()]);

test("tells the engine of every rule, with level, severity, settings and source", async () => {
  const info = await new Promise<InstanceType<typeof protocol.AnalyzerInfo>>((resolve, reject) => {
    client.getAnalyzerInfo(new empty.Empty(), (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  const rule = info.getPoliciesList().find((found) => found.getName() === "aws-s3-object-lock");
  expect(info.getPoliciesList().length).toBeGreaterThan(80);
  expect(rule?.getEnforcementlevel()).toBe(protocol.EnforcementLevel.MANDATORY);
  expect(rule?.getSeverity()).toBe(protocol.PolicySeverity.POLICY_SEVERITY_HIGH);
  expect(rule?.getUrl()).toMatch(/^https:/);
  expect(rule?.getRemediationSteps()).toMatch(/BucketObjectLockConfiguration/);
  expect(Object.keys(rule?.getConfigschema()?.getProperties()?.toJavaScript() ?? {})).toEqual([
    "backupPattern",
    "minimumDays",
  ]);
});

test("reports what is wrong, why it matters and how to mend it", async () => {
  const answer = await ask(
    "analyze",
    fill(new protocol.AnalyzeRequest(), "aws:rds/clusterInstance:ClusterInstance", "db", {
      publiclyAccessible: true,
      tags: {},
    }),
  );
  expect(said(answer)).toContainEqual([
    "aws-rds-private",
    protocol.EnforcementLevel.MANDATORY,
    [
      "No RDS instance is reachable from the internet.",
      "publiclyAccessible is true. Set publiclyAccessible: false and reach the database through the private network. (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html)",
    ].join("\n"),
  ]);
});

test("tells what it could not judge, in the SDK's own words, with the property", async () => {
  const answer = await ask(
    "analyze",
    fill(new protocol.AnalyzeRequest(), "aws:elasticache/replicationGroup:ReplicationGroup", "redis", {
      transitEncryptionEnabled: UNKNOWN,
    }),
  );
  const about = said(answer).find(([name]) => name === "aws-elasticache-transit-encryption");
  expect(about?.[2]).toMatch(
    /^can't run policy 'aws-elasticache-transit-encryption' from policy pack '.+' during preview: .*transitEncryptionEnabled/,
  );
});

test("knows a secret from a plain value, because the engine shows the envelope to the observer first", async () => {
  const role = (name: string, password: unknown) =>
    fill(new protocol.AnalyzeRequest(), "postgresql:index/role:Role", name, {
      name,
      login: true,
      connectionLimit: 50,
      password,
    });
  const envelope = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "correct horse" };
  const judged = async (name: string, password: unknown) => {
    await ask("remediate", role(name, password));
    return said(await ask("analyze", role(name, password))).map(([rule]) => rule);
  };
  expect(await judged("good", envelope)).toEqual([]);
  expect(await judged("bad", "correct horse")).toEqual(["postgresql-role-password"]);
});

test("judges the stack together", async () => {
  const request = new protocol.AnalyzeStackRequest();
  request.addResources(fill(new protocol.AnalyzerResource(), "pulumi:pulumi:Stack", "shop-production", {}));
  request.addResources(
    fill(new protocol.AnalyzerResource(), "aws:s3/bucket:Bucket", "pictures", { bucket: "pictures" }),
  );
  const found = said(await ask("analyzeStack", request));
  expect(found.map(([rule]) => rule)).toEqual(
    expect.arrayContaining(["aws-s3-public-access", "aws-s3-tls-only", "aws-budget-recipients"]),
  );
});
