import { spawn } from "node:child_process";
import { messageOf, OperationFailure } from "../failure.ts";

/** A product whose schema belongs to Prisma (HelpDeskApp): its history is Prisma's, so Prisma's own command changes it. */
export interface PrismaProduct {
  /** Directory that holds `prisma/schema.prisma`. */
  directory: string;
  /** @default ["pnpm", "prisma"] */
  command?: readonly [string, ...string[]];
}

export type PrismaAction =
  | { kind: "status" }
  | { kind: "deploy" }
  | { kind: "resolve"; migration: string; as: "applied" | "rolled-back" };

export interface PrismaResult {
  /** Prisma's own text, with the database's password removed. */
  output: string;
  /** `status` found migrations that are not applied, failed, or a drift. */
  pending: boolean;
}

/** Runs `prisma migrate …`; the address goes through the environment, never through the arguments. */
export async function runPrisma(product: PrismaProduct, url: string, action: PrismaAction): Promise<PrismaResult> {
  const [program, ...prefix] = product.command ?? ["pnpm", "prisma"];
  const { code, output } = await collect(program, [...prefix, "migrate", ...argumentsOf(action)], {
    cwd: product.directory,
    env: { ...process.env, DATABASE_URL: url, PRISMA_HIDE_UPDATE_MESSAGE: "1", CI: "1" },
  });
  const text = withoutSecret(output, url);
  if (code !== 0 && !(action.kind === "status" && isAnswer(code, text))) {
    throw new OperationFailure(`prisma migrate ${action.kind} failed with code ${code}:\n${text.trim()}`, {
      remedy:
        action.kind === "deploy"
          ? "Remove the cause; `db status` names a migration that failed half-way, and after that `db migrate --resolve NAME --as rolled-back` marks it."
          : "Read Prisma's message above; the schema was not changed by this command.",
    });
  }
  return { output: text, pending: action.kind === "status" && code === 1 };
}

/**
 * `migrate status` exits with 1 for pending or failed migrations, and also when it could not ask the database; it names
 * only the latter an error.
 */
function isAnswer(code: number, text: string): boolean {
  return code === 1 && !/^Error\b/m.test(text);
}

function argumentsOf(action: PrismaAction): string[] {
  if (action.kind !== "resolve") return [action.kind];
  // Prisma's names are directories of letters, digits and underscores; anything else could be read as an option.
  if (!/^\d{14}_\w+$/.test(action.migration)) {
    throw new OperationFailure(`${action.migration} is not the name of a Prisma migration (20240101120000_name)`, {
      exitCode: 2,
    });
  }
  return ["resolve", `--${action.as}`, action.migration];
}

function collect(
  program: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const append = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-100_000);
    };
    child.stdout.on("data", append);
    child.stderr.on("data", append);
    child.once("error", (error) =>
      reject(
        new OperationFailure(`${program} cannot be started: ${messageOf(error)}`, {
          exitCode: 2,
          remedy: "Install the product's packages (pnpm install), or set the product's Prisma command in the settings.",
        }),
      ),
    );
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function withoutSecret(text: string, url: string): string {
  const { password } = new URL(url);
  const secrets = [url, password, decodeURIComponent(password)].filter((secret) => secret.length > 0);
  return secrets.reduce((current, secret) => current.replaceAll(secret, "[secret]"), text);
}
