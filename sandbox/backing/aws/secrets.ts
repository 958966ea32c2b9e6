import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { PropertyMap, PropertyValue } from "../../../engine/values.ts";
import { type AwsSurroundings, type EmulatedType, given, ignoreMissing, optional, tagsOf, text } from "./emulated.ts";

const SECRET = "aws:secretsmanager/secret:Secret";

const entry: EmulatedType = {
  async create({ clients }, { inputs }) {
    const name = text(inputs.name);
    const known = await ignoreMissing(() => clients.secrets.send(new DescribeSecretCommand({ SecretId: name })));
    if (known) return { arn: known.ARN ?? "" };
    const Tags = Object.entries(tagsOf(inputs)).map(([Key, Value]) => ({ Key, Value }));
    const { ARN = "" } = await clients.secrets.send(
      new CreateSecretCommand(
        given({ Name: name, Description: optional(inputs.description), KmsKeyId: optional(inputs.kmsKeyId), Tags }),
      ),
    );
    return { arn: ARN };
  },
  async update({ clients }, { inputs, oldOutputs }) {
    await clients.secrets.send(
      new UpdateSecretCommand(
        given({
          SecretId: text(inputs.name),
          Description: text(inputs.description),
          KmsKeyId: optional(inputs.kmsKeyId),
        }),
      ),
    );
    return { arn: oldOutputs.arn ?? "" };
  },
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() =>
      clients.secrets.send(new DescribeSecretCommand({ SecretId: text(outputs.name) })),
    );
    return found && !found.DeletedDate ? {} : undefined;
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(() =>
      clients.secrets.send(new DeleteSecretCommand({ SecretId: text(outputs.name), ForceDeleteWithoutRecovery: true })),
    );
  },
};

const version: EmulatedType = {
  create: put,
  update: put,
  async read(surroundings, { outputs }) {
    const SecretId = nameOfSecret(surroundings, outputs.secretId);
    const found = await ignoreMissing(() => surroundings.clients.secrets.send(new GetSecretValueCommand({ SecretId })));
    if (!found) return undefined;
    return found.SecretString === outputs.secretString ? {} : { secretString: found.SecretString ?? "" };
  },
  // The versions go with their secret.
  delete: async () => undefined,
};

async function put(surroundings: AwsSurroundings, { inputs }: { inputs: PropertyMap }): Promise<PropertyMap> {
  const SecretId = nameOfSecret(surroundings, inputs.secretId);
  await surroundings.clients.secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString: text(inputs.secretString) }),
  );
  return {};
}

/** The emulator gives its own ARN; both names of the secret lead to it. */
export function nameOfSecret({ records }: AwsSurroundings, secretId: PropertyValue | undefined): string {
  const known = records().find(
    ({ type, id, outputs }) => type === SECRET && (id === secretId || outputs.arn === secretId),
  );
  return known ? text(known.outputs.name) : text(secretId);
}

export const secretTypes: Record<string, EmulatedType> = {
  [SECRET]: entry,
  "aws:secretsmanager/secretVersion:SecretVersion": version,
};
