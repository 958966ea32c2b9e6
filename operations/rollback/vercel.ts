/** The deployments of a Vercel project, and pointing production at another one without building it again. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { callVercel, type VercelAccess } from "../vercel/api.ts";

const deploymentsAnswer = z.object({
  deployments: z.array(
    z.object({
      uid: z.string(),
      url: z.string().nullish(),
      created: z.number(),
      readyState: z.string().optional(),
      state: z.string().optional(),
      isRollbackCandidate: z.boolean().nullish(),
      meta: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
const projectAnswer = z.object({ targets: z.object({ production: z.object({ id: z.string() }).nullish() }).nullish() });

export interface AppDeployment {
  id: string;
  url: string;
  created: Date;
  /** The commit that it was built from, where Vercel knows it. */
  commit: string | undefined;
}

export class VercelProject {
  readonly id: string;
  readonly #access: VercelAccess;

  constructor(id: string, access: VercelAccess) {
    this.id = id;
    this.#access = access;
  }

  /** The deployment that production points at now. */
  async production(): Promise<string | undefined> {
    const project = projectAnswer.parse(await callVercel(this.#access, "GET", `/v9/projects/${this.id}`));
    return project.targets?.production?.id;
  }

  /** Deployments that can serve production again without a build, newest first. */
  async candidates(): Promise<AppDeployment[]> {
    const answer = await callVercel(this.#access, "GET", "/v6/deployments", {
      query: { projectId: this.id, target: "production", state: "READY", limit: "20" },
    });
    return deploymentsAnswer
      .parse(answer)
      .deployments.filter(({ isRollbackCandidate }) => isRollbackCandidate !== false)
      .map(({ uid, url, created, meta }) => ({
        id: uid,
        url: url ?? uid,
        created: new Date(created),
        commit: typeof meta?.githubCommitSha === "string" ? meta.githubCommitSha : undefined,
      }))
      .sort((left, right) => right.created.getTime() - left.created.getTime());
  }

  /** Points production at a deployment. Resolves when production really points there. */
  async rollBack(deployment: string, reason: string, pollMilliseconds = 2_000, attempts = 60): Promise<void> {
    await callVercel(this.#access, "POST", `/v1/projects/${this.id}/rollback/${deployment}`, {
      query: { description: reason.slice(0, 200) },
    });
    for (let attempt = 0; attempt < attempts; attempt++) {
      if ((await this.production()) === deployment) return;
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
    throw new OperationFailure(`Vercel took the rollback to ${deployment}, but production does not point there yet`, {
      remedy: "look at the project's deployments in Vercel's dashboard before anything else",
    });
  }
}
