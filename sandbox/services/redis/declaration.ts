import { join } from "node:path";
import { readIfPresent, writePrivate } from "../files.ts";
import type { Layout } from "../layout.ts";

/** A declared replication group, as far as a server must know it. */
export interface RedisGroup {
  /** 1 to 40 lower-case letters, digits and hyphens. */
  id: string;
  /** The host name of the primary, as the declared resource has it. */
  endpoint: string;
  /** AUTH password; absent: none is asked for. */
  authToken?: string | undefined;
  tls: boolean;
  /** Values of the parameter group, by the names of redis.conf. */
  parameters: Record<string, string>;
  /** Servers in all: the primary and its replicas. */
  members: number;
  /** Which member, from 1, takes the writes; a failover changes it. */
  primary: number;
}

const file = (layout: Layout): string => join(layout.directory, "redis.json");

export function declaredGroups(layout: Layout): RedisGroup[] {
  return JSON.parse(readIfPresent(file(layout)) ?? "[]");
}

export function declareGroup(layout: Layout, group: RedisGroup): void {
  const others = declaredGroups(layout).filter(({ id }) => id !== group.id);
  const sorted = [...others, group].sort((left, right) => left.id.localeCompare(right.id));
  writePrivate(file(layout), `${JSON.stringify(sorted, null, 2)}\n`);
}

export function forgetGroup(layout: Layout, id: string): void {
  const others = declaredGroups(layout).filter((group) => group.id !== id);
  writePrivate(file(layout), `${JSON.stringify(others, null, 2)}\n`);
}

/** The name of a member's service: `redis-sessions-1`. Its port is the endpoint of whoever has that role. */
export const memberName = (group: string, member: number): string => `redis-${group}-${member}`;

/**
 * The name of the port on which a member listens. The first is the primary's, whoever that is: like the endpoint of
 * the real service it follows the role, so that clients find the new primary after a failover.
 */
export function memberPort(group: RedisGroup, member: number): string {
  if (member === group.primary) return memberName(group.id, 1);
  return member === 1 ? memberName(group.id, group.primary) : memberName(group.id, member);
}
