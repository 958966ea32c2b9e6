/** Feature flags as the apps read them at the edge, against what the stack declares; switched at once, without a deployment. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { callVercel, type VercelAccess } from "../vercel/api.ts";

const setting = z.strictObject({ enabled: z.boolean(), percent: z.number().int().min(0).max(100) });
export type FlagSetting = z.infer<typeof setting>;

/** A flag; a side that does not have it, or holds what is no setting, is undefined. */
export interface Flag {
  name: string;
  declared: FlagSetting | undefined;
  live: FlagSetting | undefined;
}

const itemsAnswer = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.null()]);

function parsed(value: unknown): FlagSetting | undefined {
  try {
    return setting.safeParse(typeof value === "string" ? JSON.parse(value) : value).data;
  } catch {
    return undefined;
  }
}

export const tellSetting = (value: FlagSetting | undefined): string =>
  value === undefined ? "not there" : value.enabled ? `on for ${value.percent} %` : "off";

export class FlagStore {
  readonly #id: string;
  readonly #access: VercelAccess;
  readonly #declared: ReadonlyMap<string, FlagSetting | undefined>;

  /**
   * @param id of the edge config
   * @param declared values of the stack's items by key, as the state has them
   */
  constructor(id: string, declared: Readonly<Record<string, unknown>>, access: VercelAccess) {
    this.#id = id;
    this.#access = access;
    this.#declared = new Map(Object.entries(declared).map(([name, value]) => [name, parsed(value)]));
  }

  async list(): Promise<Flag[]> {
    const live = itemsAnswer.parse(await callVercel(this.#access, "GET", `/v1/edge-config/${this.#id}/items`)) ?? {};
    const entries = itemEntries(live);
    const names = new Set([...this.#declared.keys(), ...entries.keys()]);
    return [...names]
      .sort()
      .map((name) => ({ name, declared: this.#declared.get(name), live: parsed(entries.get(name)) }));
  }

  /** @throws OperationFailure for a flag that the stack does not declare: nobody would read it */
  async switch(name: string, value: FlagSetting): Promise<void> {
    if (!this.#declared.has(name)) {
      const known = [...this.#declared.keys()].sort().join(", ");
      throw new OperationFailure(`the stack declares no flag ${name}; it declares ${known}`, {
        exitCode: 2,
        remedy: "declare it under featureFlags in the stack's file first",
      });
    }
    await callVercel(this.#access, "PATCH", `/v1/edge-config/${this.#id}/items`, {
      body: { items: [{ operation: "upsert", key: name, value: JSON.stringify(value) }] },
    });
  }
}

/** The API answers with a list of items; older answers were one object by key. */
function itemEntries(answer: unknown[] | Record<string, unknown>): Map<string, unknown> {
  const list = Array.isArray(answer)
    ? answer
    : "items" in answer && Array.isArray(answer.items)
      ? answer.items
      : undefined;
  if (list === undefined) return new Map(Object.entries(answer));
  return new Map(
    list.flatMap((item) => (Object(item).key ? [[String(Object(item).key), Object(item).value] as const] : [])),
  );
}
