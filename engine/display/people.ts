/**
 * Output for people: in a terminal the resources at work are drawn below the lines that are finished; elsewhere there is
 * one calm line a change. Then findings, a summary with counts, and the time.
 */
import { styleText } from "node:util";
import type { EngineEvent, StepMetadata } from "../events.ts";
import { nameOf, typeOf } from "../urn.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { propertyChanges } from "./property-changes.ts";
import type { Terminal } from "./terminal.ts";
import {
  doing,
  done,
  duration,
  isHalfOfReplacement,
  isQuiet,
  signOf,
  summaryLines,
  type Tint,
  tintOf,
} from "./words.ts";

interface Work {
  step: StepMetadata;
  began: number;
}

const shortType = (type: string): string => {
  const [packageName = "", module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0] ?? "";
  return folder === "index" || folder === "" ? `${packageName}:${name}` : `${packageName}:${folder}:${name}`;
};

const MOST_DIFFS = 4;

export class PeopleDisplay implements Display {
  readonly #options: DisplayOptions;
  readonly #terminal: Terminal | undefined;
  readonly #working = new Map<string, Work>();
  readonly #findings: Extract<EngineEvent, { kind: "policy-violation" | "policy-unknown" }>[] = [];
  readonly #errors: { message: string; urn?: string }[] = [];
  #finished = 0;
  #summary: Extract<EngineEvent, { kind: "summary" }> | undefined;

  constructor(options: DisplayOptions, terminal: Terminal | undefined) {
    this.#options = options;
    this.#terminal = terminal;
    terminal?.follow(() => this.#live());
  }

  event(event: EngineEvent): void {
    if (event.kind === "resource-pre") this.#began(event.step);
    if (event.kind === "resource-outputs") this.#ended(event.step);
    if (event.kind === "resource-failed") this.#failed(event.step);
    if (event.kind === "diagnostic") this.#diagnostic(event);
    if (event.kind === "policy-violation" || event.kind === "policy-unknown") this.#findings.push(event);
    if (event.kind === "policy-remediation") this.#say(`   policy ${event.policy} mended ${nameOf(event.urn)}`);
    if (event.kind === "summary") this.#summary = event;
  }

  finish(): void {
    this.#terminal?.close();
    const write = this.#options.write;
    for (const { message, urn } of this.#errors) {
      const where = urn ? `${nameOf(urn)} (${shortType(typeOf(urn))}): ` : "";
      write(`${this.#tint("red", "error")} ${where}${message.trimEnd().replaceAll("\n", "\n  ")}\n`);
    }
    this.#writePolicies();
    if (!this.#summary) return;
    const lines = summaryLines(this.#summary.changes, this.#options.planning);
    write(lines.length > 0 ? `Resources: ${this.#counted()}\n` : "No resources.\n");
    for (const { op, text } of lines) write(`${this.#tint(tintOf(op), text)}\n`);
    write(`Time: ${duration(this.#summary.durationMilliseconds)}\n`);
  }

  #counted(): string {
    const total = Object.values(this.#summary?.changes ?? {}).reduce((sum, count) => sum + count, 0);
    return String(total);
  }

  #tint(tint: Tint, text: string): string {
    return this.#options.colour ? styleText(tint, text, { validateStream: false }) : text;
  }

  #say(line: string): void {
    if (this.#terminal) this.#terminal.print(`${line}\n`);
    else this.#options.write(`${line}\n`);
  }

  #began(step: StepMetadata): void {
    // What a refresh comes to is known when the resource was read.
    if (this.#options.planning && step.op !== "refresh") {
      // A preview calls nothing that takes time: what it finds is told at once.
      if (!isQuiet(step) && !isHalfOfReplacement(step.op)) this.#tellStep(step, "");
      return;
    }
    this.#working.set(step.urn, { step, began: performance.now() });
  }

  #ended(step: StepMetadata): void {
    const work = this.#working.get(step.urn);
    this.#working.delete(step.urn);
    if (this.#options.planning && work?.step.op !== "refresh") return;
    this.#finished++;
    if (isQuiet(step) || step.op === "replace" || !work) return;
    this.#tellStep(step, ` (${duration(performance.now() - work.began)})`);
  }

  #failed(step: StepMetadata): void {
    this.#working.delete(step.urn);
    this.#say(
      `${this.#tint("red", " !")} ${shortType(step.type)} ${nameOf(step.urn)} ${this.#tint("red", `${doing(step.op)} failed`)}`,
    );
  }

  #tellStep(step: StepMetadata, time: string): void {
    const tint = tintOf(step.op);
    const reasons = step.keys?.length ? step.keys : step.diffs;
    const many = reasons && reasons.length > MOST_DIFFS ? `, and ${reasons.length - MOST_DIFFS} more` : "";
    const because = reasons?.length ? ` [${reasons.slice(0, MOST_DIFFS).join(", ")}${many}]` : "";
    const verb = done(step.op, this.#options.planning);
    this.#say(
      `${this.#tint(tint, signOf(step.op).padStart(2))} ${shortType(step.type)} ${this.#tint("bold", nameOf(step.urn))} ${this.#tint(tint, verb)}${because}${time}`,
    );
    if (this.#options.diff) this.#tellDifferences(step);
  }

  #tellDifferences(step: StepMetadata): void {
    const created = step.op === "create" || step.op === "import" || step.op === "read";
    const before = created ? {} : (step.old?.inputs ?? {});
    const after = step.op.startsWith("delete") ? {} : (step.new?.inputs ?? {});
    if (step.op.startsWith("delete")) return;
    this.#say(this.#tint("gray", `     [urn=${step.urn}]`));
    const tints: Record<string, Tint> = { "+": "green", "-": "red", "~": "yellow", " ": "gray" };
    for (const { sign, indent, text } of propertyChanges(before, after, step.new?.hideDiff ?? [])) {
      this.#say(this.#tint(tints[sign] ?? "gray", `     ${"  ".repeat(indent)}${sign} ${text}`));
    }
  }

  #diagnostic({ severity, message, urn, ephemeral }: Extract<EngineEvent, { kind: "diagnostic" }>): void {
    if (severity === "debug" || ephemeral) return;
    // Errors are told at the end, where nothing scrolls them away; everything else when it happens.
    if (severity === "error") this.#errors.push({ message, ...(urn && { urn }) });
    else if (severity === "warning")
      this.#say(`${this.#tint("yellow", "warning")} ${urn ? `${nameOf(urn)}: ` : ""}${message.trimEnd()}`);
    else this.#say(message.trimEnd());
  }

  #writePolicies(): void {
    const write = this.#options.write;
    const violations = this.#findings.filter(({ kind }) => kind === "policy-violation");
    const unknown = this.#findings.length - violations.length;
    for (const { policy, level, urn, message } of violations) {
      const tint = level === "mandatory" ? "red" : "yellow";
      const text = message.trim().replaceAll("\n", "\n    ");
      write(`${this.#tint(tint, `policy ${level}`)} ${policy} on ${nameOf(urn) || "the stack"}\n    ${text}\n`);
    }
    if (unknown > 0)
      write(
        `policy: ${unknown} results are unknown before the apply; they are judged again after it (--json names each)\n`,
      );
  }

  #live(): string[] {
    const room = (this.#terminal?.room ?? 10) - 1;
    const now = performance.now();
    const working = [...this.#working.values()].slice(-room);
    const lines = working.map(({ step, began }) => {
      const status = this.#tint(tintOf(step.op), `${doing(step.op)}…`);
      return `${signOf(step.op).padStart(2)} ${shortType(step.type)} ${nameOf(step.urn)} ${status} ${duration(now - began)}`;
    });
    return working.length > 0
      ? [...lines, this.#tint("gray", `   ${this.#finished} done, ${this.#working.size} under way`)]
      : lines;
  }
}
