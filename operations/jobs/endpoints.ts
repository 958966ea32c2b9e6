import type { OperationSettings } from "../settings.ts";
import type { Check } from "../verification/check.ts";

/** A check for each declared host; that none is declared is no reason to be green. */
export function declaredEndpoints({ endpoints }: OperationSettings, checkOf: (host: string) => Check): Check[] {
  if (endpoints.length > 0) return endpoints.map(checkOf);
  return [
    {
      name: "endpoints",
      remedy: "Name the public hosts under endpoints in the settings.",
      run: () => Promise.reject(new Error("no host is declared, so none was checked")),
    },
  ];
}
