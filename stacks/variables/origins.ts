import type { AppName } from "../environment/apps.ts";
import type { Environment } from "../environment.ts";

/** `https://name`, or `http://name:port` where the environment is served by this machine. */
export function originOf(environment: Environment, hostName: string): string {
  const [, port] = environment.domain.split(":");
  return port === undefined ? `https://${hostName}` : `http://${hostName}:${port}`;
}

export function appOrigin(environment: Environment, app: AppName): string | undefined {
  const [canonical] = environment.apps[app]?.domains ?? [];
  return canonical === undefined ? undefined : originOf(environment, canonical);
}

export function helpdeskOrigin(environment: Environment): string {
  return originOf(environment, environment.helpdesk.domain.replace(/:\d+$/, ""));
}
