/**
 * Plans: what a preview found to be necessary, kept for an apply that does exactly that. An apply under a plan refuses a
 * goal or a step that the plan does not know, and says what differs.
 */
import { randomBytes } from "node:crypto";
import type { StepOp } from "../events.ts";
import { differenceOf } from "../properties/difference.ts";
import type { ResourceState } from "../state/resource.ts";
import type { PropertyMap } from "../values.ts";
import type { Goal } from "./goal.ts";
import { checkDifference, checkGoal, goalOfState, goalPlan } from "./plan-check.ts";
import type { Plan, ResourcePlan } from "./request.ts";
import type { Step } from "./steps/step.ts";

/** Whether the operation does no more than the plan allows. */
function isWithin(op: StepOp, planned: StepOp): boolean {
  if (planned === "create") return op === "same" || op === "create";
  if (planned === "update") return op === "same" || op === "update";
  if (planned === "replace" || planned === "create-replacement" || planned === "delete-replaced")
    return op === "same" || op === "update" || op === planned;
  return op === planned;
}

export class PlanKeeper {
  readonly #given: Map<string, ResourcePlan> | undefined;
  readonly #made: Map<string, ResourcePlan> | undefined;

  constructor(given: Plan | undefined, wanted: boolean) {
    const entries = given && Object.entries(given.resourcePlans);
    this.#given = entries && new Map(entries.map(([urn, plan]) => [urn, { ...plan, steps: [...plan.steps] }]));
    this.#made = wanted ? new Map() : undefined;
  }

  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  get isWanted(): boolean {
    return this.#made !== undefined;
  }

  /** The source of generated names: the plan's, so that they come out as they were shown. */
  seedFor(urn: string): Uint8Array {
    const seed = this.#given?.get(urn)?.seed;
    return seed === undefined ? randomBytes(32) : Buffer.from(seed, "base64");
  }

  /** Notes a goal; `again` for one that comes after a delete or an import of the same resource. */
  goal(
    urn: string,
    goal: Goal,
    seed: Uint8Array,
    inputs: { old: PropertyMap; new: PropertyMap },
    again: boolean,
  ): void {
    if (this.#made === undefined) return;
    const noted = {
      goal: goalPlan(goal, differenceOf(inputs.old, inputs.new)),
      seed: Buffer.from(seed).toString("base64"),
    };
    const before = again ? this.#made.get(urn) : undefined;
    this.#made.set(urn, { steps: [], state: {}, ...before, ...noted });
  }

  /** Makes room for the delete of a resource whose goal is not known yet. */
  expectDelete(urn: string): void {
    if (this.#made !== undefined && !this.#made.has(urn)) this.#made.set(urn, { steps: [], state: {} });
  }

  step(step: Step, urn: string): void {
    if (this.#made === undefined) return;
    const plan = this.#made.get(urn);
    if (plan !== undefined) plan.steps.push(step.op);
    else if (step.op !== "same") this.#made.set(urn, { steps: [step.op], state: {} });
  }

  outputs(urn: string, outputs: PropertyMap): void {
    const plan = this.#made?.get(urn);
    if (plan !== undefined) plan.state = outputs;
  }

  registeredOutputs(urn: string, before: PropertyMap, outputs: PropertyMap): void {
    const plan = this.#made?.get(urn);
    if (plan?.goal === undefined) return;
    plan.goal.outputDiff = differenceOf(before, outputs) ?? {};
    plan.state = outputs;
  }

  /** Errors when the plan has no such step next. */
  checkStep(step: Step): void {
    if (this.#given === undefined) return;
    const plan = this.#given.get(step.urn);
    if (plan === undefined) {
      if (step.op !== "same")
        throw new Error(`${step.op} is not allowed by the plan: no steps were expected for this resource`);
      return;
    }
    const planned = plan.steps.shift();
    if (planned === undefined)
      throw new Error(`${step.op} is not allowed by the plan: no more steps were expected for this resource`);
    if (!isWithin(step.op, planned))
      throw new Error(`${step.op} is not allowed by the plan: this resource is constrained to ${planned}`);
  }

  /** Errors when the goal is not the planned one. */
  checkGoal(
    urn: string,
    goal: Goal,
    old: ResourceState | undefined,
    inputs: { old: PropertyMap; new: PropertyMap },
  ): void {
    if (this.#given === undefined) return;
    const plan = this.#given.get(urn);
    // A resource that is neither planned nor there fails later: its create is not allowed.
    if (plan === undefined && old === undefined) return;
    const expected = plan === undefined && old !== undefined ? goalOfState(old) : plan?.goal;
    const fault = expected === undefined ? "resource unexpectedly not deleted" : checkGoal(expected, goal, inputs);
    if (fault !== undefined) throw new Error(`resource ${urn} violates plan: ${fault}`);
  }

  checkOutputs(urn: string, before: PropertyMap, outputs: PropertyMap): void {
    if (this.#given === undefined) return;
    const plan = this.#given.get(urn);
    const fault =
      plan?.goal === undefined
        ? differenceOf(before, outputs) && `no outputs were expected`
        : checkDifference(before, outputs, plan.goal.outputDiff);
    if (fault !== undefined) throw new Error(`resource ${urn} violates plan: ${fault}`);
  }

  /** Resources for which the plan has steps that nobody took. */
  untaken(base: ResourceState[]): string[] {
    const existing = new Set(base.map((state) => state.urn));
    return [...(this.#given ?? [])]
      .filter(([urn, { steps }]) => {
        const goneAlready = steps.length === 1 && steps[0] === "delete" && !existing.has(urn);
        return steps.length > 0 && !goneAlready;
      })
      .map(([urn]) => urn);
  }

  result(): Plan | undefined {
    return this.#made && { resourcePlans: Object.fromEntries(this.#made) };
  }
}
