import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { PropertyMap } from "../../../engine/values.ts";
import {
  type AwsSurroundings,
  count,
  type EmulatedType,
  given,
  ignoreMissing,
  optional,
  setting,
  text,
} from "./emulated.ts";

const KEY = "aws:kms/key:Key";
const SHORTEST_WAIT_DAYS = 7;

const key: EmulatedType = {
  // Repeated after a kill it leaves a key behind that nothing uses, as the real service does.
  async create({ clients }, { inputs }) {
    const { KeyMetadata } = await clients.keys.send(
      new CreateKeyCommand(
        given({
          Description: optional(inputs.description),
          Policy: optional(inputs.policy),
          BypassPolicyLockoutSafetyCheck: true,
        }),
      ),
    );
    const keyId = KeyMetadata?.KeyId ?? "";
    await rotate(clients, keyId, inputs.enableKeyRotation === true);
    return { keyId, arn: KeyMetadata?.Arn ?? "" };
  },
  async update({ clients }, { inputs, oldOutputs }) {
    const KeyId = text(oldOutputs.keyId);
    await clients.keys.send(new UpdateKeyDescriptionCommand({ KeyId, Description: text(inputs.description) }));
    const Policy = optional(inputs.policy);
    if (Policy !== undefined) {
      await clients.keys.send(
        new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy, BypassPolicyLockoutSafetyCheck: true }),
      );
    }
    await rotate(clients, KeyId, inputs.enableKeyRotation === true);
    return { keyId: oldOutputs.keyId ?? "", arn: oldOutputs.arn ?? "" };
  },
  async read({ clients }, { outputs }) {
    const KeyId = text(outputs.keyId);
    const found = await ignoreMissing(() => clients.keys.send(new DescribeKeyCommand({ KeyId })));
    if (!found || found.KeyMetadata?.KeyState === "PendingDeletion") return undefined;
    const { KeyRotationEnabled = false } = await clients.keys.send(new GetKeyRotationStatusCommand({ KeyId }));
    return KeyRotationEnabled === (outputs.enableKeyRotation === true) ? {} : { enableKeyRotation: KeyRotationEnabled };
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(() =>
      clients.keys.send(
        new ScheduleKeyDeletionCommand({
          KeyId: text(outputs.keyId),
          PendingWindowInDays: count(outputs.deletionWindowInDays) ?? SHORTEST_WAIT_DAYS,
        }),
      ),
    );
  },
};

async function rotate(clients: AwsSurroundings["clients"], KeyId: string, on: boolean): Promise<void> {
  if (on) await clients.keys.send(new EnableKeyRotationCommand({ KeyId }));
  else await clients.keys.send(new DisableKeyRotationCommand({ KeyId }));
}

const alias = setting({
  async apply(surroundings, { inputs }) {
    const { clients } = surroundings;
    const AliasName = text(inputs.name);
    await ignoreMissing(() => clients.keys.send(new DeleteAliasCommand({ AliasName })));
    await clients.keys.send(new CreateAliasCommand({ AliasName, TargetKeyId: keyIdOf(surroundings, inputs) }));
  },
  remove: ({ clients }, { outputs }) => clients.keys.send(new DeleteAliasCommand({ AliasName: text(outputs.name) })),
});

/** The emulator gives its own ids; the declared id of a key leads to it. */
function keyIdOf({ records }: AwsSurroundings, { targetKeyId }: PropertyMap): string {
  const known = records().find(
    ({ type, id, outputs }) => type === KEY && (id === targetKeyId || outputs.arn === targetKeyId),
  );
  return known ? text(known.outputs.keyId) : text(targetKeyId);
}

export const keyTypes: Record<string, EmulatedType> = { [KEY]: key, "aws:kms/alias:Alias": alias };
