/** What a deployment is given and what it answers: the seam between the command line and the engine. */
import type { Analyzer } from "../analyzer.ts";
import type { EventSink, StepOp } from "../events.ts";
import type { ProviderSource } from "../provider.ts";
import type { Journal, ResourceState, Snapshot } from "../state/resource.ts";
import type { PropertyMap } from "../values.ts";

export interface ConfigValue {
  /** Plain text; structured values as JSON text, as in `PULUMI_CONFIG`. */
  value: string;
  secret: boolean;
}

export interface ProgramReference {
  /** The folder of Pulumi.yaml. */
  projectDirectory: string;
  /** The entry file, relative to the folder. */
  main: string;
  /** In-process hands the SDK the monitor object; grpc starts the SDK's own `cmd/run` against a loopback server. */
  transport: "in-process" | "grpc";
  /** Extra environment for the program's process (grpc only). */
  environment?: Record<string, string>;
}

/** What a plan allows for one resource; the format of the file is Pulumi's (`sdk/go/common/apitype/plan.go`). */
export interface ResourcePlan {
  goal?: ResourceGoal;
  steps: StepOp[];
  state: PropertyMap;
  /** 32 bytes, base64: generated names come out the same in the apply. */
  seed?: string;
}

export interface ResourceGoal {
  type: string;
  name: string;
  custom: boolean;
  inputDiff: PlanDiff;
  outputDiff: PlanDiff;
  parent?: string;
  protect: boolean;
  dependencies?: string[];
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  deleteBeforeReplace?: boolean;
  ignoreChanges?: string[];
  additionalSecretOutputs?: string[];
  aliases?: string[];
  id?: string;
  customTimeouts: { create?: number; update?: number; delete?: number };
}

export interface PlanDiff {
  adds?: PropertyMap;
  deletes?: string[];
  updates?: PropertyMap;
}

export interface Plan {
  resourcePlans: Record<string, ResourcePlan>;
}

export interface DeploymentRequest {
  command: "preview" | "up" | "refresh" | "destroy";
  organization: string;
  project: string;
  stack: string;
  /** By full key, for example `thorbis:environment` or `pulumi:disable-default-providers`. */
  config: Record<string, ConfigValue>;
  snapshot: Snapshot;
  /** Absent in a preview: nothing is recorded. */
  journal?: Journal;
  providers: ProviderSource;
  /** Not run by `destroy` and `refresh`. */
  program: ProgramReference;
  /** Started beside the program: the engine awaits them only when the first rule has to be asked. */
  analyzers: Promise<Analyzer>[];
  /** URNs, `*` and `**` allowed as the CLI allows them; empty for everything. */
  targets: string[];
  targetDependents?: boolean;
  parallel: number;
  /** Applies exactly this plan: any step or goal outside it is an error. */
  plan?: Plan;
  /** True: the result carries a plan. */
  wantPlan?: boolean;
  /** Before program and steps: read every resource from its provider. */
  refresh?: boolean;
  /** For `refresh` and `destroy`: tells what would happen and does nothing. A `preview` always is one. */
  dryRun?: boolean;
  events: EventSink;
  /** Stops starting steps; those under way are finished and recorded. */
  signal?: AbortSignal;
}

export interface DeploymentResult {
  succeeded: boolean;
  /** A mandatory rule was violated. */
  refusedByPolicy: boolean;
  changes: Partial<Record<StepOp, number>>;
  /** The state afterwards; in a preview the state as it would be, where it is known. */
  snapshot: Snapshot;
  /** The stack resource's outputs: unknowns in a preview, secrets as envelopes. */
  outputs: PropertyMap;
  plan?: Plan;
  /** Every step in the order in which it was taken. */
  steps: { op: StepOp; urn: string; old?: ResourceState; new?: ResourceState }[];
}
