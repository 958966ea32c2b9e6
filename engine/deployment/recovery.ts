import type { Deployment } from "./deployment.ts";
import type { Records } from "./records.ts";

export async function recover(_deployment: Deployment, _records: Records): Promise<void> {}
