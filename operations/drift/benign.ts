/** Drift that is known to be harmless: an exact resource and property, a reason, an owner, and an end. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";

const record = z.strictObject({
  /** The whole URN, or its end: `<type>::<name>`. A bare name could mean several resources. */
  urn: z.string().regex(/.::./, "give the URN, or <type>::<name>"),
  /** Path of the property, or its beginning. */
  path: z.string().min(1),
  reason: z.string().min(20, "say in a sentence why it is harmless"),
  owner: z.string().min(2),
  expires: z.iso.date(),
});
export type BenignRecord = z.infer<typeof record>;

/** @throws OperationFailure naming every fault of the file with its path */
export function parseBenign(json: string, file: string): BenignRecord[] {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new OperationFailure(`${file} is not JSON`, { exitCode: 2, remedy: "mend the file" });
  }
  const parsed = z.array(record).safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new OperationFailure(`${file}:\n${faults.join("\n")}`, { exitCode: 2, remedy: "mend the records named above" });
}

/** An expired record covers nothing: the drift is reported again until somebody has looked. */
export function isBenign(records: readonly BenignRecord[], urn: string, path: string, now: Date): boolean {
  const today = now.toISOString().slice(0, 10);
  return records.some(
    (known) =>
      known.expires >= today &&
      (urn === known.urn || urn.endsWith(`::${known.urn}`)) &&
      (path === known.path || path.startsWith(`${known.path}.`) || path.startsWith(`${known.path}[`)),
  );
}
