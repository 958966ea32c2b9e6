import { z } from "zod";

/** A field with its meaning and a value that is right: editors show both, and a mistake's remedy is made of them. */
export function field<S extends z.ZodType>(schema: S, description: string, example: unknown): S {
  return schema.meta({ description, examples: [example] });
}

export const tiers = ["development", "staging", "production"] as const;

/** How strict an environment is. Several environments may share a tier; no component ever asks for an environment's name. */
export type Tier = (typeof tiers)[number];

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const hostName = new RegExp(`^(?:${label}\\.)*${label}$`);
const hostAndPort = new RegExp(`^(?:${label}\\.)*${label}(?::[1-9][0-9]{1,4})?$`);

export const host = () => z.string().max(253).regex(hostName, "is no host name in lower case");
/** A host name with an optional port, as development's `localhost:3000`. */
export const origin = () =>
  z.string().max(259).regex(hostAndPort, "is no host name in lower case, with or without a port");
export const whole = (least: number, most: number) => z.int().min(least).max(most);
export const email = () => z.email();
export const httpsUrl = () => z.string().regex(/^https:\/\/[^\s/$.?#][^\s]*$/, "is no https URL");
export const awsRegion = () =>
  z
    .string()
    .regex(
      /^(?:us|eu|ap|sa|ca|me|af|il)-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-[1-4]$/,
      "is no AWS region",
    );
export const awsAccount = () => z.string().regex(/^\d{12}$/, "is no AWS account id (twelve digits, in quotes)");
/** `Sun:05:00-Sun:06:00` as ElastiCache and RDS write a weekly window, in lower case. */
export const weeklyWindow = () =>
  z
    .string()
    .regex(
      /^(?:mon|tue|wed|thu|fri|sat|sun):(?:[01]\d|2[0-3]):[0-5]\d-(?:mon|tue|wed|thu|fri|sat|sun):(?:[01]\d|2[0-3]):[0-5]\d$/,
      "is no weekly window in UTC",
    );
export const dailyWindow = () =>
  z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, "is no daily window in UTC");
/** Vercel's own scale for how long deployments are kept. */
export const vercelRetention = () => z.enum(["1d", "1w", "1m", "2m", "3m", "6m", "1y", "unlimited"]);

/** At least one entry, none twice. */
export function distinct<S extends z.ZodType<string>>(entry: S) {
  return z
    .array(entry)
    .min(1)
    .refine((entries) => new Set(entries).size === entries.length, "names the same entry twice");
}
