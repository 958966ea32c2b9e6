/** The application behind every project of the local edge: small, and real where the checks of a deployment look. */
import type { App } from "../edge/pipeline.ts";
import { type EdgeRequest, type EdgeResponse, headerOf, respond } from "../edge/request.ts";
import { cacheAnswers, cacheOptions } from "./cache.ts";
import { databaseHealth } from "./database.ts";
import { ICON, page, SCRIPT, STYLE } from "./page.ts";
import type { Variables } from "./variables.ts";

export interface ReferenceOptions {
  /** Receives each report of a violated content security policy. */
  onViolation?: (report: { project: string; body: string }) => void;
  /** Receives each run of a scheduled job. */
  onCron?: (job: { project: string; path: string }) => void;
  version?: string;
}

/** What `vercel.json` of a real app would declare. */
export const CRONS = [{ path: "/api/cron/cleanup", schedule: "0 3 * * *" }] as const;

const MAX_REPORT_CHARACTERS = 16_384;
const REPORT_TYPES = /^application\/(?:csp-report|reports\+json|json)\b/;

export function referenceApp(options: ReferenceOptions = {}): App {
  const version = options.version ?? "reference";
  return (request, project, variables) => {
    const name = project.name;
    switch (request.path) {
      case "/":
        return html(page({ project: name, environment: environmentOf(variables) }));
      case "/favicon.ico":
        return respondWith(200, "image/x-icon", ICON);
      case "/_next/static/reference.js":
        return respondWith(200, "text/javascript; charset=utf-8", SCRIPT);
      case "/_next/static/reference.css":
        return respondWith(200, "text/css; charset=utf-8", STYLE);
      case "/api/health":
        return json(200, {
          status: "healthy",
          version,
          environment: environmentOf(variables),
          timestamp: new Date().toISOString(),
        });
      case "/api/health/database":
        return databaseAnswer(variables);
      case "/api/status":
        return statusAnswer(variables, version);
      case "/api/auth/session":
        return request.method === "GET" ? json(200, {}) : methodNotAllowed("GET");
      case "/api/feedback":
        return request.method === "POST" ? feedback(request) : methodNotAllowed("POST");
      case "/api/csp-report":
        return request.method === "POST" ? violation(request, name, options) : methodNotAllowed("POST");
      default:
        return scheduled(request, name, variables, options) ?? json(404, { error: "not found" });
    }
  };
}

async function databaseAnswer(variables: Variables): Promise<EdgeResponse> {
  const health = await databaseHealth(variables.DATABASE_URL);
  return json(health.healthy ? 200 : 503, { status: health.healthy ? "healthy" : "unhealthy", ...health });
}

/** Every part that the deployment is configured with. */
async function statusAnswer(variables: Variables, version: string): Promise<EdgeResponse> {
  const cache = variables.REDIS_URL;
  const [database, redis] = await Promise.all([
    variables.DATABASE_URL === undefined
      ? undefined
      : databaseHealth(variables.DATABASE_URL).then(({ healthy }) => healthy),
    cache === undefined ? undefined : cacheAnswers(cacheOptions(cache)),
  ]);
  const parts = { ...(database !== undefined && { database }), ...(redis !== undefined && { redis }) };
  const healthy = Object.values(parts).every(Boolean);
  return json(healthy ? 200 : 503, {
    status: healthy ? "healthy" : "degraded",
    ...parts,
    version,
    timestamp: new Date().toISOString(),
  });
}

async function feedback(request: EdgeRequest): Promise<EdgeResponse> {
  await request.body();
  return respond(303, "", { Location: "/" });
}

async function violation(
  request: EdgeRequest,
  project: string,
  { onViolation }: ReferenceOptions,
): Promise<EdgeResponse> {
  if (!REPORT_TYPES.test(headerOf(request.headers, "content-type") ?? "")) return json(415, { error: "not a report" });
  const body = (await request.body()).toString("utf8");
  if (body.length > MAX_REPORT_CHARACTERS) return json(413, { error: "too large" });
  try {
    JSON.parse(body);
  } catch {
    return json(400, { error: "not JSON" });
  }
  onViolation?.({ project, body });
  return respond(204, "");
}

/** Scheduled jobs run only for whoever knows the secret: their paths can be guessed. */
function scheduled(
  request: EdgeRequest,
  project: string,
  variables: Variables,
  { onCron }: ReferenceOptions,
): EdgeResponse | undefined {
  if (!CRONS.some(({ path }) => path === request.path)) return undefined;
  const secret = variables.CRON_SECRET;
  if (!secret || headerOf(request.headers, "authorization") !== `Bearer ${secret}`)
    return json(401, { error: "unauthorized" });
  onCron?.({ project, path: request.path });
  return json(200, { done: true });
}

const environmentOf = (variables: Variables): string => variables.VERCEL_ENV ?? variables.NODE_ENV ?? "development";

const html = (body: string): EdgeResponse => respondWith(200, "text/html; charset=utf-8", body);

const json = (status: number, body: unknown): EdgeResponse =>
  respondWith(status, "application/json; charset=utf-8", JSON.stringify(body));

const methodNotAllowed = (allow: string): EdgeResponse => respond(405, "", { Allow: allow });

function respondWith(status: number, type: string, body: string | Buffer): EdgeResponse {
  return { status, headers: new Map([["Content-Type", type]]), body };
}
