import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  GetBucketReplicationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, PublishCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { PropertyMap } from "../../engine/values.ts";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import type { BackedResource, Backing } from "../backing.ts";
import { layoutOf } from "../services/layout.ts";
import { World } from "../world.ts";
import { openClients } from "./aws/emulated.ts";
import { awsBacking } from "./aws.ts";

const REGION = "us-east-1";

describeWithAws("the emulator behind the aws package", () => {
  const aws = useAws();
  const root = mkdtempSync(join(tmpdir(), "thorbis-backing-"));
  const layout = layoutOf(root, "test");
  let backing: Backing;
  let clients: ReturnType<typeof openClients>;
  let world: World;

  const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${aws().accountId}:${name}`;
  const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${aws().accountId}/${name}`;
  const resource = (type: string, id: string, inputs: PropertyMap, outputs: PropertyMap = {}): BackedResource => ({
    type: `aws:${type}`,
    urn: `urn:pulumi:test::thorbis::aws:${type}::${id}`,
    ...{ name: id, id, inputs, outputs: { ...inputs, ...outputs }, configuration: {} },
  });
  /** As the table does: the answers are laid over the outputs, and others find the resource in the world. */
  const make = async (type: string, id: string, inputs: PropertyMap, outputs: PropertyMap = {}) => {
    const request = resource(type, id, inputs, outputs);
    const made = { ...request, outputs: { ...request.outputs, ...(await backing.create(request)) } };
    const { name: _, configuration: __, ...record } = made;
    world.put({ ...record, names: [] });
    return made;
  };
  const bucket = async (name: string, more: PropertyMap = {}) => {
    const made = await make("s3/bucket:Bucket", name, { bucket: name, ...more });
    await make("s3/bucketVersioning:BucketVersioning", `${name}-versioning`, {
      bucket: name,
      versioningConfiguration: { status: "Enabled" },
    });
    return made;
  };
  const queue = (name: string, more: PropertyMap = {}) =>
    make("sqs/queue:Queue", queueUrl(name), { name, ...more }, { arn: arn("sqs", name), url: queueUrl(name) });
  const receive = async (QueueName: string) => {
    const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName }));
    const { Messages = [] } = await clients.queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    return Messages.map(({ Body = "" }) => Body);
  };

  beforeAll(() => {
    const port = Number(new URL(aws().endpoint).port);
    const identity = { accountId: aws().accountId, region: REGION };
    world = new World(layout.world);
    clients = openClients(port, identity);
    backing = awsBacking({
      port,
      identity,
      layout,
      sinkUrl: (kind, address) => `http://127.0.0.1:9/${kind}/${address}`,
    });
  });
  afterAll(async () => {
    clients.destroy();
    await backing.close?.();
    world.close();
    rmSync(root, { recursive: true, force: true });
  });

  it("tells a queue of what is uploaded, as declared", async () => {
    await bucket("uploads");
    await queue("scan");
    const notification = await make("s3/bucketNotification:BucketNotification", "uploads", {
      bucket: "uploads",
      queues: [{ id: "scan", queueArn: arn("sqs", "scan"), events: ["s3:ObjectCreated:*"], filterPrefix: "in/" }],
    });
    expect(await backing.read(notification)).toEqual({});
    await clients.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "out/a.txt", Body: "a" }));
    await clients.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "in/b.txt", Body: "b" }));
    const told = await receive("scan");
    expect(told.some((body) => body.includes("in/b.txt"))).toBe(true);
    expect(told.some((body) => body.includes("out/a.txt"))).toBe(false);

    await clients.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: "uploads", NotificationConfiguration: {} }),
    );
    expect(await backing.read(notification)).toEqual({ queues: [] });
    await backing.delete(notification);
  });

  it("sets who owns a bucket's objects, where its log goes and who may reach it, and finds each drift", async () => {
    await bucket("kept");
    await bucket("log");
    const ownership = await make("s3/bucketOwnershipControls:BucketOwnershipControls", "kept", {
      bucket: "kept",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const logging = await make("s3/bucketLogging:BucketLogging", "kept", {
      ...{ bucket: "kept", targetBucket: "log", targetPrefix: "kept/" },
    });
    const access = await make("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "kept", {
      ...{ bucket: "kept", blockPublicAcls: true, blockPublicPolicy: true },
      ...{ ignorePublicAcls: true, restrictPublicBuckets: true },
    });
    const statement = {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::kept/*",
    };
    const policy = await make("s3/bucketPolicy:BucketPolicy", "kept", {
      bucket: "kept",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    for (const part of [ownership, logging, access, policy]) expect(await backing.read(part)).toEqual({});

    const Bucket = "kept";
    await clients.s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    );
    await clients.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
    await clients.s3.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    );
    await clients.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await backing.read(ownership)).toEqual({ rule: { objectOwnership: "ObjectWriter" } });
    expect(await backing.read(logging)).toBeUndefined();
    expect(await backing.read(access)).toMatchObject({ blockPublicPolicy: false, restrictPublicBuckets: false });
    expect(await backing.read(policy)).toBeUndefined();
  });

  it("declares the copies of a bucket, and refuses them without versions in the service's words", async () => {
    await bucket("source");
    await bucket("replica");
    const inputs = {
      bucket: "source",
      role: "arn:aws:iam::123456789012:role/copies",
      rules: [
        {
          ...{ id: "everything", status: "Enabled", priority: 1, filter: { prefix: "" } },
          ...{ deleteMarkerReplication: { status: "Disabled" }, destination: { bucket: "arn:aws:s3:::replica" } },
        },
      ],
    };
    const replication = await make("s3/bucketReplicationConfig:BucketReplicationConfig", "source", inputs);
    expect(await backing.read(replication)).toEqual({});
    const { ReplicationConfiguration } = await clients.s3.send(new GetBucketReplicationCommand({ Bucket: "source" }));
    expect(ReplicationConfiguration?.Rules).toMatchObject([{ ID: "everything", Status: "Enabled" }]);
    await backing.delete(replication);
    expect(await backing.read(replication)).toBeUndefined();

    await make("s3/bucket:Bucket", "plain", { bucket: "plain" });
    await expect(
      backing.create(
        resource("s3/bucketReplicationConfig:BucketReplicationConfig", "plain", { ...inputs, bucket: "plain" }),
      ),
    ).rejects.toThrow("Versioning must be 'Enabled'");
  });

  it("attaches the policies of topics, queues and secrets, and finds what was changed by hand", async () => {
    const document = (Action: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }],
      });
    const topic = await make(
      "sns/topic:Topic",
      arn("sns", "alerts"),
      { name: "alerts", displayName: "Alerts", kmsMasterKeyId: "alias/alerts" },
      { arn: arn("sns", "alerts") },
    );
    const jobs = await queue("jobs", { visibilityTimeoutSeconds: 90, kmsMasterKeyId: "alias/jobs" });
    await queue("jobs-dead");
    const secret = await make("secretsmanager/secret:Secret", arn("secretsmanager", "secret:app"), { name: "app" });
    const topicPolicy = await make("sns/topicPolicy:TopicPolicy", "alerts", {
      ...{ arn: arn("sns", "alerts"), policy: document("sns:Publish") },
    });
    const queuePolicy = await make("sqs/queuePolicy:QueuePolicy", "jobs", {
      ...{ queueUrl: queueUrl("jobs"), policy: document("sqs:SendMessage") },
    });
    const redrive = await make("sqs/redrivePolicy:RedrivePolicy", "jobs", {
      queueUrl: queueUrl("jobs"),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "jobs-dead"), maxReceiveCount: 2 }),
    });
    const secretPolicy = await make("secretsmanager/secretPolicy:SecretPolicy", "app", {
      ...{
        secretArn: secret.outputs.arn ?? "",
        policy: document("secretsmanager:GetSecretValue"),
        blockPublicPolicy: true,
      },
    });
    // The queue's own policy comes from another resource: that is no drift of the queue.
    for (const part of [topic, jobs, topicPolicy, queuePolicy, redrive, secretPolicy])
      expect(await backing.read(part)).toEqual({});

    const TopicArn = arn("sns", "alerts");
    const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await clients.topics.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: document("sns:Subscribe") }),
    );
    await clients.queues.send(
      new SetQueueAttributesCommand({
        QueueUrl,
        Attributes: { Policy: document("sqs:*"), VisibilityTimeout: "5" },
      }),
    );
    expect(await backing.read(topicPolicy)).toEqual({ policy: document("sns:Subscribe") });
    expect(await backing.read(queuePolicy)).toEqual({ policy: document("sqs:*") });
    expect(await backing.read(jobs)).toEqual({ visibilityTimeoutSeconds: 5 });

    for (const part of [secretPolicy, redrive, queuePolicy, topicPolicy]) await backing.delete(part);
    for (const part of [secretPolicy, queuePolicy]) expect(await backing.read(part)).toBeUndefined();
    const { Attributes } = await clients.topics.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.Policy).toContain("__default_policy_ID");
    // The emulator keeps a redrive policy: what stands for none is told as a change, so that nothing passes for set.
    expect(String((await backing.read(redrive))?.redrivePolicy)).toContain('"maxReceiveCount":1000');
  });

  it("moves a message that fails twice to the dead letters", async () => {
    await queue("failed");
    await queue("work", {
      visibilityTimeoutSeconds: 0,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "failed"), maxReceiveCount: 2 }),
    });
    await make("sns/topic:Topic", arn("sns", "work"), { name: "work" }, { arn: arn("sns", "work") });
    await make("sns/topicSubscription:TopicSubscription", "work", {
      ...{ topic: arn("sns", "work"), protocol: "sqs", endpoint: arn("sqs", "work"), rawMessageDelivery: true },
    });
    await clients.topics.send(new PublishCommand({ TopicArn: arn("sns", "work"), Message: "broken" }));
    for (const _ of [1, 2, 3]) await receive("work");
    expect(await receive("failed")).toEqual(["broken"]);
  });

  it("finds a secret that was changed and a key whose rotation was switched off", async () => {
    const secret = await make("secretsmanager/secret:Secret", arn("secretsmanager", "secret:drift"), { name: "drift" });
    const version = await make("secretsmanager/secretVersion:SecretVersion", "drift", {
      ...{ secretId: secret.outputs.arn ?? "", secretString: "declared" },
    });
    const key = await make("kms/key:Key", "key", { description: "drift", enableKeyRotation: true });
    expect(await backing.read(version)).toEqual({});
    expect(await backing.read(key)).toEqual({});
    await clients.secrets.send(new PutSecretValueCommand({ SecretId: "drift", SecretString: "by hand" }));
    await clients.keys.send(new DisableKeyRotationCommand({ KeyId: String(key.outputs.keyId) }));
    expect(await backing.read(version)).toEqual({ secretString: "by hand" });
    expect(await backing.read(key)).toEqual({ enableKeyRotation: false });
    await backing.delete(key);
    expect(await backing.read(key)).toBeUndefined();
  });

  it("finds an alarm that was changed or deleted by hand, and rules of a bucket that are gone", async () => {
    const metric = await make("cloudwatch/metricAlarm:MetricAlarm", "errors", {
      ...{ name: "errors", namespace: "App", metricName: "Errors", statistic: "Sum", period: 60, threshold: 5 },
      ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, actionsEnabled: true },
    });
    const composite = await make("cloudwatch/compositeAlarm:CompositeAlarm", "budget", {
      ...{ alarmName: "budget", alarmRule: 'ALARM("errors")', actionsEnabled: true },
    });
    await bucket("ruled");
    const lifecycle = await make("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "ruled", {
      bucket: "ruled",
      rules: [{ id: "old", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } }],
    });
    for (const part of [metric, composite, lifecycle]) expect(await backing.read(part)).toEqual({});

    await backing.update({
      ...{ ...metric, inputs: { ...metric.inputs, threshold: 50 } },
      ...{ oldInputs: metric.inputs, oldOutputs: metric.outputs },
    });
    expect(await backing.read(metric)).toEqual({ threshold: 50 });
    await clients.alarms.send(new DeleteAlarmsCommand({ AlarmNames: ["budget"] }));
    await clients.s3.send(new DeleteBucketLifecycleCommand({ Bucket: "ruled" }));
    for (const part of [composite, lifecycle]) expect(await backing.read(part)).toBeUndefined();
  });

  it("keeps a log group for as long as declared", async () => {
    const group = await make("cloudwatch/logGroup:LogGroup", "/app", { name: "/app", retentionInDays: 30 });
    expect(await backing.read(group)).toEqual({});
    await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: "/app", retentionInDays: 3 }));
    expect(await backing.read(group)).toEqual({ retentionInDays: 3 });
    await backing.delete(group);
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/app" }));
    expect(logGroups).toEqual([]);
  });

  it("stands every creation being repeated after a kill", async () => {
    const all = async () => [
      await bucket("again"),
      await queue("again", { redrivePolicy: "" }),
      await make("secretsmanager/secret:Secret", arn("secretsmanager", "secret:again"), { name: "again" }),
      await make("cloudwatch/logGroup:LogGroup", "/again", { name: "/again" }),
    ];
    await all();
    for (const made of await all()) expect([made.type, await backing.read(made)]).toEqual([made.type, {}]);
  });

  it("succeeds in deleting what is gone already, and empties a bucket only where that is declared", async () => {
    const doomed = await bucket("doomed", { forceDestroy: true });
    const guarded = await bucket("guarded");
    for (const Bucket of ["doomed", "guarded"])
      await clients.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a" }));
    await backing.delete(doomed);
    await expect(backing.delete(doomed)).resolves.toBeUndefined();
    await expect(backing.delete(guarded)).rejects.toThrow(/not empty/i);
    expect(await backing.read(guarded)).toEqual({});
  });
});
