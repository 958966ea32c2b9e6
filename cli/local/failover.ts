import { failOver } from "../../sandbox/services/redis/failover.ts";
import type { Supervisor } from "../../sandbox/services/supervisor.ts";
import { print } from "../print.ts";

export async function runFailover(supervisor: Supervisor, id: string): Promise<void> {
  const [any] = supervisor.services;
  if (!any) return;
  const group = await failOver(supervisor.layout, id, (await supervisor.context())(any));
  print(`${id}: member ${group.primary} of ${group.members} is the primary now, under the same address`);
}
