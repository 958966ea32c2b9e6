/** The engine's own service: the program's messages, and the stack's URN for older SDKs. */
import engineProtocol, { type LogRequest, type SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { unsupported } from "../deployment/unsupported.ts";
import type { ProgramSeverity } from "./program-log.ts";

export type EngineAnswer = (request: unknown) => Promise<unknown>;

/** What a program or a plugin says. */
export type Say = (severity: ProgramSeverity, message: string, urn?: string, ephemeral?: boolean) => void;

export function engineMethods(say: Say): Record<string, EngineAnswer> {
  let root = "";
  const { LogSeverity } = engineProtocol;
  const severities = {
    [LogSeverity.INFO]: "info",
    [LogSeverity.WARNING]: "warning",
    [LogSeverity.ERROR]: "error",
  } as const;
  return {
    log: async (request) => {
      const log = request as LogRequest;
      const severity = severities[log.getSeverity() as keyof typeof severities];
      if (severity !== undefined) say(severity, log.getMessage(), log.getUrn() || undefined, log.getEphemeral());
      return new empty.Empty();
    },
    getRootResource: async () => new engineProtocol.GetRootResourceResponse().setUrn(root),
    setRootResource: async (request) => {
      root = (request as SetRootResourceRequest).getUrn();
      return new engineProtocol.SetRootResourceResponse();
    },
    startDebugging: () => Promise.reject(unsupported("debuggers attached by the engine")),
    requirePulumiVersion: async () => new engineProtocol.RequirePulumiVersionResponse(),
  };
}
