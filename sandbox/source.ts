/** The sandbox as the engine's source of providers. */
import type { ProviderSource } from "../engine/provider.ts";
import { awsPackage } from "./aws/package.ts";
import type { Backing } from "./backing.ts";
import { type Fault, Faults } from "./faults.ts";
import { type Package, TypeTable } from "./package.ts";
import { postgresqlPackage } from "./postgresql/package.ts";
import { TableProvider } from "./provider.ts";
import { randomPackage } from "./random/package.ts";
import { vercelPackage } from "./vercel/package.ts";
import { World } from "./world.ts";

export interface SandboxOptions {
  /** Where the world is kept, for example `.thorbis/sandbox`. Created with the first resource. */
  directory: string;
  faults?: readonly Fault[];
  /** Real services behind some types. */
  backings?: readonly Backing[];
}

export interface Sandbox {
  source: ProviderSource;
  /** What exists, for tests and for commands that look at it. */
  world: World;
  close(): Promise<void>;
}

/** A package that the sandbox does not have. */
export class UnknownPackage extends Error {
  override readonly name = "UnknownPackage";
  readonly exitCode = 2;
  readonly remedy: string;
  constructor(name: string) {
    super(`the sandbox has no provider '${name}'; it has ${Object.keys(packages).join(", ")}`);
    this.remedy = `add sandbox/${name}/package.ts (see sandbox/README.md), or use the Pulumi CLI with the real provider`;
  }
}

const packages: Readonly<Record<string, Package>> = {
  aws: awsPackage,
  postgresql: postgresqlPackage,
  random: randomPackage,
  vercel: vercelPackage,
};

export async function openSandbox({ directory, faults, backings = [] }: SandboxOptions): Promise<Sandbox> {
  const world = new World(directory);
  const plan = new Faults(faults);
  const tables = new Map<string, TypeTable>();
  return {
    world,
    source: async (request) => {
      const definition = packages[request.package];
      if (definition === undefined) throw new UnknownPackage(request.package);
      const table = tables.get(request.package) ?? new TypeTable(definition);
      tables.set(request.package, table);
      return new TableProvider(definition, table, world, plan, backings);
    },
    async close() {
      for (const backing of backings) await backing.close?.();
      world.close();
    },
  };
}
