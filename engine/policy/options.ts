/** What a pack is started with. */
import type { ConfigValue } from "../deployment/request.ts";
import type { PolicyConfiguration } from "./configuration.ts";
import type { PackTransport } from "./running-pack.ts";

export interface StackIdentity {
  organization: string;
  project: string;
  stack: string;
  preview: boolean;
  /** The program's configuration, which the pack's rules may read. */
  config: Record<string, ConfigValue>;
}

export interface PolicyPackOptions extends StackIdentity {
  /** The folder of PulumiPolicy.yaml. */
  directory: string;
  /** What the user set for the pack's rules. */
  configuration?: PolicyConfiguration;
  /** Told each line that the pack prints. */
  output?: (line: string) => void;
  /** Folder in which Node keeps compiled code between runs: the pack's start takes a third of the time. */
  compileCache?: string;
  /** @default direct; over gRPC when the pack cannot be started that way */
  transport?: PackTransport;
}
