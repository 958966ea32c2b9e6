/** A bucket for backups as it should be, as the bucket rules' tests start from. */
import { BUCKET } from "./buckets.ts";
import { resource } from "./testing.ts";

export const bucket = resource(BUCKET, "backups", { bucket: "shop-backups", objectLockEnabled: true });
/** What configures `bucket`. */
export const part = (type: string, name: string, props: Record<string, unknown>) =>
  resource(`aws:s3/${type}`, name, { bucket: "shop-backups", ...props }, { refers: { bucket } });
