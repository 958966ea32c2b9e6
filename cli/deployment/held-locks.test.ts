import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { TrialProject } from "../../testing/trial-project.ts";
import { locksOfBackend } from "./held-locks.ts";

jest.setTimeout(60_000);

describeWithAws("locks in the bucket of the Pulumi CLI's backend", () => {
  const aws = useAws();
  const bucket = "organisation-pulumi-state";
  const folder = "states/.pulumi/locks/organization/trial/staging/";
  let trial: TrialProject;
  let client: S3Client;

  beforeEach(async () => {
    trial = new TrialProject("export const nothing = 1;\n");
    client = new S3Client(aws().client);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const lock = { pid: 7, timestamp: new Date().toISOString() };
    const locks = {
      "runner.json": { ...lock, username: "runner", hostname: "fv-az1" },
      "person.json": { ...lock, username: "ada", hostname: "elsewhere" },
      // No process of this machine has so high a number.
      "dead.json": { ...lock, pid: 2 ** 30, username: "ada", hostname: os.hostname() },
    };
    for (const [name, owner] of Object.entries(locks))
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: folder + name, Body: JSON.stringify(owner) }));
    mkdirSync(path.join(trial.directory, "bin"));
    // The CLI: an export without anything, and every question written down.
    trial.write(
      "bin/pulumi",
      `#!/bin/sh\necho "$@" >> "$TRIAL_LOG"\n[ "$1" = stack ] && echo '{"version":3,"deployment":{}}' || echo '{}'\n`,
    );
    chmodSync(path.join(trial.directory, "bin/pulumi"), 0o755);
  });
  afterEach(() => trial.remove());

  const doctor = (...words: string[]) =>
    trial.run(["state", "doctor", "staging", "--cloud", ...words], {
      PATH: `${path.join(trial.directory, "bin")}:/usr/bin:/bin`,
      TRIAL_LOG: path.join(trial.directory, "log"),
      PULUMI_BACKEND_URL: `s3://${bucket}/states?region=us-east-1&endpoint=${aws().endpoint}&s3ForcePathStyle=true`,
      AWS_ACCESS_KEY_ID: aws().client.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws().client.credentials.secretAccessKey,
    });
  const left = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
    return Contents.map(({ Key }) => Key?.slice(folder.length)).sort();
  };

  test("are judged, and a repair takes away what is certainly dead only", async () => {
    const look = await doctor();
    expect(look.code).toBe(4);
    expect(look.out.split("\n").filter((line) => line.startsWith("lock of"))).toEqual([
      expect.stringMatching(/^lock of ada@.*can be released: process 1073741824 of this host is gone$/),
      expect.stringMatching(/^lock of ada@elsewhere, .*kept: held by ada on elsewhere/),
      expect.stringMatching(/^lock of runner@fv-az1, .*kept: held by runner on fv-az1/),
    ]);
    expect(await left()).toHaveLength(3);
    // A refresh would end at the lock.
    expect(readFileSync(path.join(trial.directory, "log"), "utf8")).not.toContain("refresh");
    await doctor("--repair", "--run", "o/r/actions/runs/1");
    expect(await left()).toEqual(["person.json", "runner.json"]);
  });
});

test("a backend whose locks are kept elsewhere is told, and Pulumi Cloud keeps its own", async () => {
  const reference = { project: "trial", stack: "staging" };
  await expect(locksOfBackend("gs://bucket", reference)).rejects.toThrow("the locks of gs://bucket are not known here");
  expect(await locksOfBackend("https://api.pulumi.com", reference)).toEqual([]);
});
