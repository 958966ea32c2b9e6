import { edgeService } from "../edge/service.ts";
import { workerServices } from "../reference/service.ts";
import { type AwsIdentity, awsService } from "./aws/service.ts";
import type { Layout } from "./layout.ts";
import { mailService } from "./mail/service.ts";
import { notifierService } from "./notifier/service.ts";
import { postgresService } from "./postgres/service.ts";
import { declaredGroups } from "./redis/declaration.ts";
import { redisServices } from "./redis/service.ts";
import type { Service } from "./service.ts";

export interface LocalSettings {
  /** Pins the major version of Postgres. @default the newest installed */
  postgresMajor?: number;
  /** The account that the AWS emulator plays. @default 000000000000, development's */
  accountId?: string;
  /** @default us-east-1 */
  region?: string;
}

export function identityOf({ accountId = "000000000000", region = "us-east-1" }: LocalSettings): AwsIdentity {
  return { accountId, region };
}

/** Every local service of a stack: the fixed ones, each member of each declared replication group, a declared worker. */
export function localServices(layout: Layout, settings: LocalSettings = {}): Service[] {
  const identity = identityOf(settings);
  return [
    postgresService(settings.postgresMajor),
    awsService(identity),
    mailService,
    notifierService(identity),
    edgeService,
    ...declaredGroups(layout).flatMap(redisServices),
    ...workerServices(layout),
  ];
}
