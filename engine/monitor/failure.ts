/** Answers that refuse, in the form in which gRPC carries them: the same over both transports. */
import { status } from "@grpc/grpc-js";
import { messageOf } from "../deployment/errors.ts";
import { Unsupported } from "../deployment/unsupported.ts";

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: number;
  readonly details: string;
  constructor(code: number, details: string) {
    super(`${code} ${status[code]}: ${details}`);
    this.code = code;
    this.details = details;
  }
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof Unsupported ? status.UNIMPLEMENTED : status.UNKNOWN;
  return new Refusal(code, messageOf(error));
}
