/**
 * A policy pack as the engine's analyzer: the pack runs beside the program in a process of its own. It is asked by one
 * of two transports: `direct`, in which its rules are called without a wire format, and `grpc`, Pulumi's own analyzer
 * protocol, which is the reference. Both give the same answers.
 */
import { reconcile } from "./configuration.ts";
import type { PackConnection } from "./connection.ts";
import { connectDirectly } from "./direct/connection.ts";
import type { PolicyPackOptions } from "./options.ts";
import { packFolder } from "./process.ts";
import { type PackTransport, type PolicyPack, RunningPack } from "./running-pack.ts";

export type { PolicyPackOptions } from "./options.ts";
export type { PolicyPack } from "./running-pack.ts";

/** Starts the pack and configures it. Errors: `PolicyPackError`. */
export async function startPolicyPack(options: PolicyPackOptions): Promise<PolicyPack> {
  const started = { ...options, directory: packFolder(options.directory) };
  const direct = options.transport === "grpc" ? undefined : await connectDirectly(started);
  if (direct) return configured(direct, "direct", options);
  // Loaded only when it is needed: the protocol's messages alone take longer than a small stack's preview.
  const { connectOverGrpc } = await import("./grpc/start.ts");
  return configured(await connectOverGrpc(started), "grpc", options);
}

async function configured(
  connection: PackConnection,
  transport: PackTransport,
  options: PolicyPackOptions,
): Promise<PolicyPack> {
  try {
    const info = await connection.info();
    const settings = await reconcile(info.name, info.rules, info.initial, options.configuration ?? {});
    await connection.configure(settings);
    const rules = info.rules.map((rule) => ({ ...rule, level: settings[rule.name]?.level ?? rule.level }));
    const { project, stack } = options;
    const stackUrn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
    return new RunningPack(connection, transport, { ...info, rules }, stackUrn);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
