import * as pulumi from "@pulumi/pulumi";
import type { AttachmentsBucket } from "../components/attachments-bucket.ts";
import type { Container } from "../components/container.ts";
import type { Database } from "../components/database.ts";
import { GeneratedSecrets } from "../components/generated-secrets.ts";
import type { Redis } from "../components/redis.ts";
import { Secrets } from "../components/secrets.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import type { SharedServices } from "./shared.ts";
import { generatedLengths, type ResolvedVariable, resolveFor, type ValueSources } from "./variables/resolve.ts";
import { helpdeskServices } from "./variables/variable.ts";

export interface HelpDeskArgs {
  readonly configuration: Configuration;
  readonly shared: SharedServices;
  readonly database: Database;
  readonly queue: Redis;
}

export type Service = (typeof helpdeskServices)[number];

/** What each service is given, plain and sealed, and the vault that holds what is sealed. */
export interface HelpDeskValues {
  readonly vaultKeyArn: pulumi.Output<string>;
  readonly containerOf: (service: Service, repositoryUrl: pulumi.Input<string>) => Container;
}

export function declareValues(
  name: string,
  args: HelpDeskArgs,
  attachments: AttachmentsBucket,
  opts: pulumi.ComponentResourceOptions,
): HelpDeskValues {
  const sources = valueSources(name, args, attachments, opts);
  const resolved = new Map(helpdeskServices.map((service) => [service, resolveFor(service, sources)]));
  const vault = declareSecrets(name, args, resolved, opts);
  return {
    vaultKeyArn: vault.keyArn,
    containerOf: (service, repositoryUrl) =>
      containerOf(sources.environment, repositoryUrl, resolved.get(service) ?? [], vault),
  };
}

function valueSources(
  name: string,
  { configuration, database, queue }: HelpDeskArgs,
  { bucket }: AttachmentsBucket,
  opts: pulumi.ComponentResourceOptions,
): ValueSources {
  const { environment, secrets } = configuration;
  const { mail } = environment.helpdesk;
  const generated = new GeneratedSecrets(
    `${name}-secrets`,
    { lengths: generatedLengths(helpdeskServices), dataProtection: environment.continuity.dataProtection },
    opts,
  );
  return {
    environment,
    secrets,
    generated: generated.values,
    derived: {
      "database-url": database.urls.application,
      ...(environment.database.readReplicas > 0 ? { "database-replica-url": database.urls.readonly } : {}),
      "redis-url": queue.url,
      "storage-bucket": bucket,
      "storage-url": pulumi.interpolate`https://${bucket}.s3.${environment.aws.region}.amazonaws.com`,
      "smtp-host": mail.kind === "ses" ? `email-smtp.${environment.aws.region}.amazonaws.com` : mail.host,
      "smtp-port": mail.kind === "ses" ? "587" : String(mail.port),
    },
  };
}

function declareSecrets(
  name: string,
  { configuration, shared }: HelpDeskArgs,
  resolved: ReadonlyMap<Service, readonly ResolvedVariable[]>,
  opts: pulumi.ComponentResourceOptions,
): Secrets {
  const { aws, continuity, name: environmentName } = configuration.environment;
  const role = (roleName: string) => `arn:aws:iam::${aws.accountId}:role/${roleName}`;
  const secret = (resolvedFor: readonly ResolvedVariable[]) =>
    resolvedFor.filter(({ variable }) => variable.exposure === "secret");
  const entries = Object.fromEntries(
    secret([...resolved.values()].flat()).map(({ variable, value }) => [
      variable.name,
      {
        description: variable.description,
        value,
        readerArns: helpdeskServices
          .filter((service) =>
            secret(resolved.get(service) ?? []).some((other) => other.variable.name === variable.name),
          )
          .map((service) => role(`${service}-execution`)),
        rotation: { by: "person", everyDays: 90 } as const,
      },
    ]),
  );
  return new Secrets(
    `${name}-vault`,
    {
      accountId: aws.accountId,
      region: aws.region,
      ownership: ownershipOf(configuration.environment, "helpdesk", "restricted"),
      dataProtection: continuity.dataProtection,
      entries,
      prefix: `thorbis/${environmentName}/helpdesk`,
      administratorArns: [role(`thorbis-${environmentName}-deploy`)],
      reminderTopicArn: shared.notifications.topicArns.info,
    },
    opts,
  );
}

function containerOf(
  { helpdesk }: Environment,
  repositoryUrl: pulumi.Input<string>,
  variables: readonly ResolvedVariable[],
  secrets: Secrets,
): Container {
  const plain = variables.filter(({ variable }) => variable.exposure !== "secret");
  const sealed = variables.filter(({ variable }) => variable.exposure === "secret");
  return {
    repositoryUrl,
    imageTag: helpdesk.imageTag,
    environment: Object.fromEntries(plain.map(({ variable, value }) => [variable.name, value])),
    secrets: Object.fromEntries(sealed.map(({ variable }) => [variable.name, secrets.arns[variable.name] ?? ""])),
    // Next.js keeps rendered pages there.
    writablePaths: ["/tmp", "/app/.next/cache"],
  };
}
