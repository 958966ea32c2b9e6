/**
 * What an app's pages may read, for the applications to import in the browser: this file and what it imports name no
 * secret. In an app: `publicEnvironment("site", "production").parse({ NEXT_PUBLIC_APP_ENV: process.env.NEXT_PUBLIC_APP_ENV, … })`
 * (Next.js replaces only variables that are written out).
 */
import type { AppName } from "../environment/apps.ts";
import type { Tier } from "../environment/fields.ts";
import { publicVariables } from "../variables/public.ts";
import { schemaOf } from "./schema.ts";

export function publicEnvironment(app: AppName, tier: Tier) {
  return schemaOf(publicVariables, app, tier);
}
