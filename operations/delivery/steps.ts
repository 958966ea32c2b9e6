/**
 * The order of a deploy. Every step is a command of this project, so that whoever reads a failed deploy can run the step
 * alone, with the same words.
 */
import type { Step } from "./pipeline.ts";

export interface DeployInputs {
  environment: string;
  /** `--sandbox` or `--cloud` */
  target: string;
  /** File of the reviewed plan. */
  plan: string;
  /** Folder with the `.next` of every app, by app; without it the bundles were judged where they were built. */
  bundles?: string;
  /** Folder of the migrations; without it there are none. */
  migrations?: string;
  /** Whether to run Lighthouse on the live pages. */
  lighthouse: boolean;
}

/** Runs one command line of this project. @returns its last line @throws when its exit code is not 0 */
export type RunCommand = (words: readonly string[], signal: AbortSignal) => Promise<string>;

interface Row {
  name: string;
  words: string[];
  readOnly: boolean;
  leaves: string;
  remedy: string;
}

function rows({ environment, target, plan, bundles, migrations, lighthouse }: DeployInputs): Row[] {
  const judge = (name: string, words: string[], remedy: string): Row => ({
    name,
    words,
    readOnly: true,
    leaves: name,
    remedy,
  });
  const change = (name: string, words: string[], leaves: string, remedy: string): Row => ({
    name,
    words,
    readOnly: false,
    leaves,
    remedy,
  });
  return [
    judge("variables", ["audit", "variables", environment, target], "give the variables that the message names"),
    judge("check", ["check"], "mend what the check names, in a pull request"),
    judge("test", ["test"], "mend the failing tests, in a pull request"),
    judge(
      "dependencies",
      ["audit", "dependencies"],
      "update the dependency that the message names, or waive it with a reason",
    ),
    ...(bundles
      ? [
          judge(
            "bundles",
            ["verify", "bundles", bundles],
            "make the page lighter, or change its budget in a pull request",
          ),
        ]
      : []),
    ...(migrations
      ? [
          change(
            "migrate",
            ["db", "migrate", "--environment", environment, "--directory", migrations, "--confirm", environment],
            "the database has the new schema, with a verified backup from before",
            "the migration's transaction was rolled back; mend it in a new version",
          ),
        ]
      : []),
    change(
      "apply",
      ["up", environment, target, "--plan", plan],
      "the infrastructure is as the plan says",
      "what was applied stays and is in the state; make a new preview and review it",
    ),
    change(
      "release",
      ["release", "run", environment, target],
      "the apps serve the new deployment",
      "roll back with `./thorbis rollback`",
    ),
    judge(
      "verify",
      ["verify", "live", environment, target, ...(lighthouse ? ["--lighthouse"] : [])],
      "decide with `./thorbis rollback` whether to go back",
    ),
  ];
}

export function deploySteps(inputs: DeployInputs, run: RunCommand): Step[] {
  return rows(inputs).map(({ words, remedy, ...row }) => ({
    ...row,
    remedy: `${remedy} (this step alone: ./thorbis ${words.join(" ")})`,
    run: (signal) => run(words, signal),
  }));
}
