/**
 * Vercel's REST API, the few calls that operations need. No SDK: Vercel's own validates every answer against the whole
 * of its schema and fails when the API gains a value.
 */
import { OperationFailure } from "../failure.ts";

export interface VercelAccess {
  /** @default `https://api.vercel.com` */
  api?: string;
  token: string;
  teamId?: string;
}

export interface VercelCall {
  query?: Record<string, string>;
  body?: unknown;
}

/**
 * @returns the answer's JSON; an empty object for an empty answer
 * @throws OperationFailure with status, method and path; the token is in no message
 */
export async function callVercel(
  access: VercelAccess,
  method: string,
  path: string,
  { query = {}, body }: VercelCall = {},
): Promise<unknown> {
  const { api = "https://api.vercel.com", token, teamId } = access;
  const url = new URL(path, api);
  for (const [key, value] of Object.entries({ ...query, ...(teamId && { teamId }) })) url.searchParams.set(key, value);
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    const refused = response.status === 401 || response.status === 403;
    throw new OperationFailure(`Vercel answered ${response.status} to ${method} ${path}`, {
      remedy: refused
        ? "give a token of the project's team in VERCEL_API_TOKEN"
        : "look at the project's deployments in Vercel's dashboard, then try again",
    });
  }
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}
