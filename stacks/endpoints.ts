import type { SecurityGroupRule } from "../components/security-group.ts";
import { type AppName, appNames, type Environment } from "./environment.ts";

/** Something that users reach over https. */
export interface PublicEndpoint {
  readonly subject: string;
  readonly host: string;
}

/** HelpDesk's load balancer: the log archive admits it by its name. */
export const helpdeskDoor = ({ name }: Environment): string => `helpdesk-${name}`;

/** An environment that this machine serves has no name that anybody else could reach. */
export function isPublic({ domain }: Environment): boolean {
  return !/(?:^|\.)localhost(?::\d+)?$/.test(domain);
}

/** Every public endpoint of an environment; each answers `/api/health`. */
export function publicEndpoints(environment: Environment): readonly PublicEndpoint[] {
  if (!isPublic(environment)) return [];
  const apps = appNames.flatMap((app: AppName): PublicEndpoint[] => {
    const [host] = environment.apps[app]?.domains ?? [];
    return host === undefined ? [] : [{ subject: app, host }];
  });
  return [...apps, { subject: "helpdesk", host: helpdeskHost(environment) }];
}

export function helpdeskHost({ helpdesk }: Environment): string {
  return helpdesk.domain.replace(/:\d+$/, "");
}

/** Where containers may connect to: https anywhere, and what lies inside the network. */
export function containerEgress({ aws }: Environment): readonly SecurityGroupRule[] {
  const inside = { cidr: aws.network.cidr };
  return [
    { key: "https", port: 443, description: "APIs over https", peer: { cidr: "0.0.0.0/0" } },
    { key: "postgres", port: 5432, description: "Databases of the network", peer: inside },
    { key: "redis", port: 6379, description: "Redis of the network", peer: inside },
  ];
}
