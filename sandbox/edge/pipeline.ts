/**
 * The way of a request through the edge, in the documented order: deployment protection and firewall, domain
 * redirects, bulk redirects, project-level rules, then the application.
 */
import type { EdgeProject, EdgeWorld, Host } from "./project.ts";
import { BodyTooLarge, type EdgeRequest, type EdgeResponse, hostName, respond } from "./request.ts";
import { type Captures, fill, type Route, type Transform } from "./route.ts";

/** The application of a project. `variables` are the environment variables of the deployment. */
export type App = (
  request: EdgeRequest,
  project: EdgeProject,
  variables: Readonly<Record<string, string>>,
) => Promise<EdgeResponse> | EdgeResponse;

/** A rewrite may lead to another project of ours; a circle of them is cut here. */
const MAX_REWRITES = 8;

export async function serve(world: EdgeWorld, app: App, request: EdgeRequest, depth = 0): Promise<EdgeResponse> {
  const host = world.hosts.get(request.host);
  if (!host) return notFound(request.host);
  const { project, deployment } = host;
  const answer = project.firewall(request) ?? project.protection(request, deployment) ?? redirectOf(host, request);
  if (answer) return answer;
  return applyRules(world, app, host, request, depth);
}

function redirectOf({ redirect, project }: Host, request: EdgeRequest): EdgeResponse | undefined {
  if (redirect) {
    const port = portOf(request);
    return redirectTo(
      `${request.scheme}://${redirect.domain}${port}${request.path}${search(request)}`,
      redirect.status,
    );
  }
  const bulk = project.bulkRedirect(request.path);
  return bulk && redirectTo(bulk.query ? bulk.destination + search(request) : bulk.destination, bulk.status);
}

async function applyRules(
  world: EdgeWorld,
  app: App,
  host: Host,
  request: EdgeRequest,
  depth: number,
): Promise<EdgeResponse> {
  const { project } = host;
  const declared = new Map<string, readonly [string, string]>();
  const responseTransforms: { transform: Transform; captures: Captures }[] = [];
  let current = request;
  for (const route of project.routes) {
    const captures = route.match(current);
    if (!captures) continue;
    for (const [name, value] of route.headers) declared.set(name.toLowerCase(), [name, fill(value, captures)]);
    for (const transform of route.transforms) {
      if (transform.type === "response.headers") responseTransforms.push({ transform, captures });
      else current = transformRequest(current, transform, captures);
    }
    if (route.dest === undefined && route.status === undefined) continue;
    const answer = await leave(world, app, route, captures, current, depth);
    if (answer instanceof Rewritten) current = answer.request;
    else return finish(answer, declared, responseTransforms);
  }
  return finish(await run(app, host, current), declared, responseTransforms);
}

/** A rewrite within the project: the rules that follow see the new path. */
class Rewritten {
  readonly request: EdgeRequest;
  constructor(request: EdgeRequest) {
    this.request = request;
  }
}

/** What a rule with a destination or a status does. */
async function leave(
  world: EdgeWorld,
  app: App,
  { dest, status }: Route,
  captures: Captures,
  request: EdgeRequest,
  depth: number,
): Promise<EdgeResponse | Rewritten> {
  if (dest === undefined) return respond(status ?? 404, "");
  const destination = fill(dest, captures);
  if (status !== undefined && status >= 300 && status < 400) return redirectTo(destination, status);
  const rewritten = rewrite(request, destination);
  if (destination.startsWith("/")) return new Rewritten(rewritten);
  if (depth >= MAX_REWRITES)
    return respond(508, "INFINITE_LOOP_DETECTED\n", { "X-Vercel-Error": "INFINITE_LOOP_DETECTED" });
  if (!world.hosts.has(rewritten.host)) {
    return respond(502, "ROUTER_EXTERNAL_TARGET_ERROR\nthe local edge reaches no host but its own\n", {
      "X-Vercel-Error": "ROUTER_EXTERNAL_TARGET_ERROR",
    });
  }
  return serve(world, app, rewritten, depth + 1);
}

async function run(app: App, { project, deployment }: Host, request: EdgeRequest): Promise<EdgeResponse> {
  try {
    return await app(request, project, project.variables(deployment));
  } catch (error) {
    if (error instanceof BodyTooLarge) return respond(413, "FUNCTION_PAYLOAD_TOO_LARGE\n");
    // As on Vercel: the visitor learns nothing of the failure.
    return respond(500, "FUNCTION_INVOCATION_FAILED\n", { "X-Vercel-Error": "FUNCTION_INVOCATION_FAILED" });
  }
}

/** Declared headers are set where the application has not set its own: those come later and win. */
function finish(
  response: EdgeResponse,
  declared: Map<string, readonly [string, string]>,
  transforms: { transform: Transform; captures: Captures }[],
): EdgeResponse {
  if (declared.size > 0) {
    const own = new Set<string>();
    for (const name of response.headers.keys()) own.add(name.toLowerCase());
    for (const [key, [name, value]] of declared) if (!own.has(key)) response.headers.set(name, value);
  }
  for (const { transform, captures } of transforms) transformHeaders(response.headers, transform, captures);
  return response;
}

function transformHeaders(headers: Map<string, string>, { op, key, value }: Transform, captures: Captures): void {
  const present = [...headers.keys()].find((name) => name.toLowerCase() === key.toLowerCase());
  const before = present === undefined ? undefined : headers.get(present);
  if (op === "delete") {
    if (present !== undefined) headers.delete(present);
    return;
  }
  const filled = fill(value, captures);
  headers.set(present ?? key, op === "append" && before !== undefined ? `${before}, ${filled}` : filled);
}

function transformRequest(request: EdgeRequest, { type, op, key, value }: Transform, captures: Captures): EdgeRequest {
  const filled = fill(value, captures);
  if (type === "request.query") {
    const query = new URLSearchParams(request.query);
    if (op === "delete") query.delete(key);
    else if (op === "append") query.append(key, filled);
    else query.set(key, filled);
    return { ...request, query };
  }
  const name = key.toLowerCase();
  const { [name]: before, ...others } = request.headers;
  if (op === "delete") return { ...request, headers: others };
  const combined = op === "append" && before !== undefined ? `${String(before)}, ${filled}` : filled;
  return { ...request, headers: { ...others, [name]: combined } };
}

function rewrite(request: EdgeRequest, destination: string): EdgeRequest {
  const external = !destination.startsWith("/");
  const url = new URL(destination, "http://within.localhost");
  const query = new URLSearchParams(request.query);
  for (const [name, value] of url.searchParams) query.set(name, value);
  const moved = { ...request, path: url.pathname || "/", query };
  return external ? { ...moved, host: hostName(url.host), headers: { ...request.headers, host: url.host } } : moved;
}

const redirectTo = (location: string, status: number): EdgeResponse =>
  respond(status, "Redirecting...\n", { Location: location });

const notFound = (host: string): EdgeResponse =>
  respond(404, `DEPLOYMENT_NOT_FOUND\nno declared project has the domain ${JSON.stringify(host)}\n`, {
    "X-Vercel-Error": "DEPLOYMENT_NOT_FOUND",
  });

function search({ query }: EdgeRequest): string {
  return query.size > 0 ? `?${query}` : "";
}

/** Redirects between our names stay on the port on which the edge listens. */
function portOf({ headers }: EdgeRequest): string {
  const host = headers.host ?? "";
  const at = host.lastIndexOf(":");
  return at < 0 ? "" : host.slice(at);
}
