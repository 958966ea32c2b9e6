import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "./data-protection.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { demand } from "./invalid-argument.ts";
import { RotationReminder } from "./rotation-reminder.ts";
import { SecretEntry, type SecretRotationPlan } from "./secret-entry.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface SecretDeclaration {
  /** What the secret opens; shown to whoever looks for it. */
  readonly description: string;
  /** The value, or a placeholder in a preview that may not see it; always kept secret. */
  readonly value: pulumi.Input<string>;
  /** The roles whose tasks may read it, as ARNs. Nobody else may, whatever their IAM policies say. */
  readonly readerArns: readonly string[];
  readonly rotation: SecretRotationPlan;
}

export interface SecretsArgs {
  readonly accountId: string;
  readonly region: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** Entries by variable name, for example `STRIPE_SECRET_KEY`; stored as `<prefix>/<name>`. */
  readonly entries: Readonly<Record<string, SecretDeclaration>>;
  /** The path in front of every name, for example `thorbis/production/helpdesk`. */
  readonly prefix: string;
  /** Roles that may administer and read every entry: the deployment and the emergency access. At least one. */
  readonly administratorArns: readonly string[];
  /** The topic that is told when a secret is due for rotation by hand. */
  readonly reminderTopicArn: pulumi.Input<string>;
}

/** Secrets Manager entries under one key, each readable by the roles it names and by nobody else. */
export class Secrets extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;
  /** The entries' ARNs by variable name: what a task definition's `valueFrom` takes. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:security:Secrets", name, {}, opts);
    const { accountId, administratorArns, dataProtection, entries, ownership, prefix, region } = args;
    const child = { parent: this };
    const tags = tagsFor("Secrets", ownership);
    this.keyArn = new EncryptionKey(
      `${name}-key`,
      { description: `Secrets below ${prefix}`, accountId, ownership, dataProtection, region },
      child,
    ).arn;
    this.arns = Object.fromEntries(
      Object.entries(entries).map(([variable, { description, readerArns, rotation, value }]) => [
        variable,
        new SecretEntry(
          `${name}-${variable}`,
          {
            secretName: `${prefix}/${variable}`,
            description,
            value,
            keyArn: this.keyArn,
            readerArns: [...readerArns, ...administratorArns],
            rotation,
            tags,
            dataProtection,
            region,
          },
          child,
        ).arn,
      ]),
    );
    for (const [days, due] of byInterval(entries)) {
      new RotationReminder(
        `${name}-rotate-${days}`,
        {
          accountId,
          tags,
          intervalDays: days,
          secretNames: due.map((variable) => `${prefix}/${variable}`),
          topicArn: args.reminderTopicArn,
          region,
        },
        child,
      );
    }
    this.registerOutputs({ keyArn: this.keyArn, arns: this.arns });
  }
}

function validate(name: string, { administratorArns, entries, prefix }: SecretsArgs): void {
  demand(
    /^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(prefix),
    `${name}.prefix`,
    `"${prefix}" is no path of a secret`,
    "Use lower-case letters, digits and hyphens, separated by slashes.",
  );
  demand(
    administratorArns.length > 0,
    `${name}.administratorArns`,
    "without an administrator nobody could ever change the entries again",
    "Name the role that deploys.",
  );
  for (const [variable, { readerArns, rotation }] of Object.entries(entries)) {
    demand(
      /^[A-Z][A-Z0-9_]*$/.test(variable),
      `${name}.entries.${variable}`,
      "the name is no environment variable's",
      "Use capitals, digits and underscores.",
    );
    demand(
      readerArns.length > 0,
      `${name}.entries.${variable}.readerArns`,
      "nobody could read the secret",
      "Name the task role that needs it, or drop the entry.",
    );
    const { everyDays } = rotation;
    demand(
      Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 365,
      `${name}.entries.${variable}.rotation.everyDays`,
      `${everyDays} is no rotation interval`,
      "Use 1 to 365 whole days.",
    );
  }
}

/** Entries that a person rotates, grouped by how often: one reminder names them all. */
function byInterval(entries: SecretsArgs["entries"]): ReadonlyMap<number, readonly string[]> {
  const due = new Map<number, string[]>();
  for (const [variable, { rotation }] of Object.entries(entries)) {
    if (rotation.by === "person") due.set(rotation.everyDays, [...(due.get(rotation.everyDays) ?? []), variable]);
  }
  return due;
}
