/** The review's comment on a pull request: found again by its marker and updated in place, never posted twice. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { MARKER } from "./markdown.ts";

export interface CommentTarget {
  /** The host's API, for example `https://api.github.com`. */
  api: string;
  /** `owner/name` */
  repository: string;
  pullRequest: number;
  token: string;
}

export class HostRefused extends OperationFailure {
  override readonly name = "HostRefused";
  constructor(message: string) {
    super(message, {
      remedy: "check the job's permissions (pull-requests: write) and that the pull request is open",
    });
  }
}

const comments = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);

async function call(target: CommentTarget, method: string, path: string, body?: unknown): Promise<Response> {
  const response = await fetch(`${target.api}/repos/${target.repository}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${target.token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new HostRefused(`${method} ${path}: the host answered ${response.status}`);
  return response;
}

/** The id of the comment that an earlier run of a bot posted; people quoting the marker are not taken for it. */
async function existing(target: CommentTarget): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const response = await call(target, "GET", `/issues/${target.pullRequest}/comments?per_page=100&page=${page}`);
    const found = comments.parse(await response.json());
    const own = found.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(MARKER));
    if (own) return own.id;
    if (found.length < 100) return undefined;
  }
}

/**
 * @param body the comment, beginning with the marker
 * @returns whether the comment was made or an earlier one updated
 * @throws HostRefused with the status; the token is in no message
 */
export async function postComment(target: CommentTarget, body: string): Promise<"created" | "updated"> {
  const id = await existing(target);
  if (id === undefined) {
    await call(target, "POST", `/issues/${target.pullRequest}/comments`, { body });
    return "created";
  }
  await call(target, "PATCH", `/issues/comments/${id}`, { body });
  return "updated";
}

/** The head commit of the pull request as the host knows it: a data file may claim any number. */
export async function headOf(target: CommentTarget): Promise<string> {
  const response = await call(target, "GET", `/pulls/${target.pullRequest}`);
  return z.object({ head: z.object({ sha: z.string() }) }).parse(await response.json()).head.sha;
}
