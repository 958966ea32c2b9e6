/** Deployment protection: who may see a deployment at all. */
import { createHash, timingSafeEqual } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import { cookiesOf, type EdgeRequest, type EdgeResponse, headerOf, respond } from "./request.ts";

/** How a host name shows a deployment. */
export type Deployment = "production-domain" | "production-url" | "preview";

export interface ProtectionArgs {
  /** Inputs of `vercel:index/project:Project`. */
  project: PropertyMap;
  /** Secrets of `vercel:index/projectProtectionBypass:ProjectProtectionBypass`. */
  bypassSecrets: string[];
  /** Host names of `vercel:index/deploymentProtectionException:DeploymentProtectionException`. */
  exceptions: string[];
}

export type Protection = (request: EdgeRequest, deployment: Deployment) => EdgeResponse | undefined;

const BYPASS_HEADER = "x-vercel-protection-bypass";
/** Set by Vercel's login; the local edge takes its presence for a login. */
const LOGIN_COOKIE = "_vercel_jwt";
const PASSWORD_COOKIE = "_vercel_password";

export function compileProtection({ project, bypassSecrets, exceptions }: ProtectionArgs): Protection {
  const login = isMap(project.vercelAuthentication) ? covered(project.vercelAuthentication) : none;
  const password = isMap(project.passwordProtection) ? covered(project.passwordProtection) : none;
  const secret = isMap(project.passwordProtection) ? String(project.passwordProtection.password ?? "") : "";
  const open = new Set(exceptions);
  const optionPaths =
    isMap(project.optionsAllowlist) && Array.isArray(project.optionsAllowlist.paths)
      ? project.optionsAllowlist.paths.filter(isMap).map(({ value }) => String(value))
      : [];

  return (request, deployment) => {
    if (!login(deployment) && !password(deployment)) return undefined;
    if (open.has(request.host)) return undefined;
    if (request.method === "OPTIONS" && optionPaths.some((path) => request.path.startsWith(path))) return undefined;
    const given = headerOf(request.headers, BYPASS_HEADER) ?? request.query.get(BYPASS_HEADER) ?? undefined;
    if (given !== undefined && bypassSecrets.some((known) => sameSecret(known, given))) return undefined;
    const cookies = cookiesOf(request.headers);
    if (login(deployment) && !cookies.has(LOGIN_COOKIE)) return refused("Authentication Required");
    const entered = cookies.get(PASSWORD_COOKIE);
    if (password(deployment) && (entered === undefined || !sameSecret(secret, entered)))
      return refused("Password Required");
    return undefined;
  };
}

const none = (): boolean => false;

function covered({ deploymentType }: PropertyMap): (deployment: Deployment) => boolean {
  switch (deploymentType) {
    case "all_deployments":
      return () => true;
    case "only_preview_deployments":
      return (deployment) => deployment === "preview";
    // Everything but the domains that visitors use.
    case "standard_protection":
    case "standard_protection_new":
      return (deployment) => deployment !== "production-domain";
    default:
      return none;
  }
}

const refused = (title: string): EdgeResponse =>
  respond(401, `<!doctype html><title>${title}</title>\n`, {
    "Content-Type": "text/html; charset=utf-8",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store, max-age=0",
  });

function sameSecret(known: string, given: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(known), digest(given));
}
