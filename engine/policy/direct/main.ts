/**
 * `node main.ts FOLDER`: the process of a policy pack that is asked directly. Loads the pack's entry as
 * `@pulumi/pulumi/cmd/run-policy-pack` does, with the SDK's server replaced (`sdk.ts`), and answers over the channel to
 * the engine. What it cannot serve ends it: the engine then starts the pack in the reference way.
 */
import { createRequire, flushCompileCache } from "node:module";
import { type Findings, isChanged, type NotApplicable, type Tasks } from "../connection.ts";
import { HeardResources } from "./heard-resources.ts";
import { Outbox } from "./outbox.ts";
import { packInfo, type ServedArgs } from "./pack-info.ts";
import { withPlainResolution } from "./plain-resolution.ts";
import type { Answer, Question, WiredFindings } from "./protocol.ts";
import type { Known } from "./rule-arguments.ts";
import { interceptSdk } from "./sdk.ts";
import { ServedPack } from "./served-pack.ts";

const reservedSetting = "enforcementLevel";

// A pack must not outlive an engine that was killed. The channel alone keeps nothing alive until the pack serves.
process.on("disconnect", () => process.exit(0));
process.channel?.unref();

const outbox = new Outbox<Answer>((batch) => process.send?.(batch));

/** Lists of skipped rules: each crosses once. */
class SkippedLists {
  readonly #numbers = new WeakMap<NotApplicable[], number>();
  readonly #byContent = new Map<string, number>();

  /** A pack hands out the same list for a type again and again: its content is looked at once. */
  numberOf(rules: NotApplicable[]): number {
    const found = this.#numbers.get(rules);
    if (found !== undefined) return found;
    const content = JSON.stringify(rules.map(({ policy, reason }) => [policy, reason]));
    let list = this.#byContent.get(content);
    if (list === undefined) {
      list = this.#byContent.size;
      this.#byContent.set(content, list);
      outbox.push({ told: "skipped", list, rules });
    }
    this.#numbers.set(rules, list);
    return list;
  }
}

type Asking = Extract<Question, { id: number }>;

class Service {
  readonly #pack: ServedPack;
  readonly #skipped = new SkippedLists();
  readonly #heard = new HeardResources();

  constructor(pack: ServedPack) {
    this.#pack = pack;
  }

  hear(batch: Question[]): void {
    for (const question of batch) {
      if (question.ask === "configure") this.#pack.configure(question.settings);
      else if (question.ask === "provider") this.#heard.provider(question.provider);
      else if (question.ask === "part") this.#foresee(this.#heard.told(question.resources));
      else void this.#answer(question);
    }
  }

  /** Not in the turn of the message: a resource that waits for its answer goes first. */
  #foresee(part: Known[]): void {
    setImmediate(() => this.#pack.foresee(part));
  }

  async #answer(question: Asking): Promise<void> {
    const { id } = question;
    try {
      outbox.push({ told: "answer", id, ...(await this.#answerTo(question)) });
    } catch (error) {
      outbox.push({ told: "failure", id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #answerTo(question: Asking) {
    if (question.ask === "resource") {
      return this.#resource(this.#heard.asked(question.id, question.resource), question.tasks);
    }
    const stack = this.#heard.takeStack(question.order);
    // In a turn of its own, as every question over a socket is.
    await new Promise((resolve) => setImmediate(resolve));
    return { remediations: [], judgement: this.#wired(await this.#pack.analyzeStack(stack)) };
  }

  async #resource(about: Known, { judge, remediate }: Tasks) {
    const remediations = remediate ? await this.#pack.remediate(about) : [];
    if (!judge || isChanged(remediations)) return { remediations };
    return { remediations, judgement: this.#wired(await this.#pack.analyze(about)) };
  }

  #wired({ findings, notApplicable }: Findings): WiredFindings {
    return { findings, notApplicable: this.#skipped.numberOf(notApplicable) };
  }
}

/** What the SDK's server refuses, in its words. */
function refusal({ name, pack }: ServedArgs, serving: string | undefined): string | undefined {
  if (!/^[a-zA-Z0-9-_.]{1,100}$/.test(name)) return `Invalid policy pack name "${name}".`;
  if (serving !== undefined) return `Already serving policy pack '${serving}'.`;
  for (const { configSchema, name: rule } of pack.policies ?? []) {
    if (rule === "all") return 'Invalid policy name "all".';
    if (configSchema?.properties?.[reservedSetting] || configSchema?.required?.includes(reservedSetting)) {
      return `"${reservedSetting}" is not a setting.`;
    }
  }
  return undefined;
}

function main(directory: string): void {
  let serving: string | undefined;
  const sdk = interceptSdk(directory, (name, version, level, pack, initial) => {
    const served: ServedArgs = { name, version, level, pack, initial };
    const refused = refusal(served, serving);
    if (refused !== undefined) {
      console.error(refused);
      process.exit(1);
    }
    serving = name;
    const service = new Service(new ServedPack(served, sdk));
    process.on("message", (batch) => service.hear(batch as Question[]));
    process.channel?.ref();
    outbox.push({ told: "serving", info: packInfo(served, sdk) });
    outbox.flush();
    // A pack that is killed would not keep what Node compiled for it.
    setImmediate(flushCompileCache);
  });
  const release = withPlainResolution();
  const entry: unknown = createRequire(import.meta.url)(directory);
  release();
  if (typeof entry === "function") entry();
  // From here on a failure that nobody waits for is told and survived, as in the reference start.
  for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, (error) => console.error(error));
}

main(process.argv[2] ?? "");
