/** Which run of CI made the plan that was reviewed: the last one of the pull request whose merge is deployed. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";

export interface CodeHost {
  /** For example `https://api.github.com`. */
  api: string;
  /** `owner/name` */
  repository: string;
  token: string;
  /** File name of the workflow that previews. */
  workflow: string;
}

const pulls = z.array(
  z.object({ number: z.number(), merged_at: z.string().nullable(), head: z.object({ sha: z.string() }) }),
);
const runs = z.object({
  workflow_runs: z.array(z.object({ id: z.number(), conclusion: z.string().nullable(), created_at: z.string() })),
});

async function get(host: CodeHost, path: string): Promise<unknown> {
  const response = await fetch(`${host.api}/repos/${host.repository}${path}`, {
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${host.token}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new OperationFailure(`the host answered ${response.status} to ${path}`, {
      remedy: "check the job's permissions: actions and pull-requests, read",
    });
  }
  return response.json();
}

/**
 * @returns the run's id, and the pull request's last commit, by which the plan's artefact is named
 * @throws OperationFailure when the commit was not merged from a pull request, or its preview did not succeed
 */
export async function reviewedPlan(host: CodeHost, commit: string): Promise<{ run: number; head: string }> {
  const merged = pulls.parse(await get(host, `/commits/${commit}/pulls`)).find((pull) => pull.merged_at !== null);
  if (!merged) {
    throw new OperationFailure(`${commit} was not merged from a pull request, so nobody reviewed a plan for it`, {
      remedy: "make a plan and have it approved: ./thorbis preview ENVIRONMENT --cloud --save-plan FILE",
    });
  }
  const { sha } = merged.head;
  const found = runs.parse(
    await get(host, `/actions/workflows/${host.workflow}/runs?head_sha=${sha}&per_page=50`),
  ).workflow_runs;
  const [last] = found.sort((left, right) => right.created_at.localeCompare(left.created_at));
  if (last?.conclusion !== "success") {
    throw new OperationFailure(`the preview of pull request ${merged.number} at ${sha} did not succeed`, {
      remedy: "run it again, review its plan, then run this job again",
    });
  }
  return { run: last.id, head: sha };
}
