import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { PropertyMap } from "../../../engine/values.ts";
import { type AwsSurroundings, type EmulatedType, given, ignoreMissing, optional, setting, text } from "./emulated.ts";

const KEY = "aws:kms/key:Key";
const DELETION_DAYS = 7;

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
    return { keyId: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
  },
  update: async (_, { oldOutputs }) => ({ keyId: oldOutputs.keyId ?? "", arn: oldOutputs.arn ?? "" }),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.keys.send(new DescribeKeyCommand({ KeyId: text(outputs.keyId) })));
    return found && found.KeyMetadata?.KeyState !== "PendingDeletion" ? {} : undefined;
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(() =>
      clients.keys.send(
        new ScheduleKeyDeletionCommand({ KeyId: text(outputs.keyId), PendingWindowInDays: DELETION_DAYS }),
      ),
    );
  },
};

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
