/** The pack's side of `told-resources.ts`: resources as they were told, made ready for the rules. */
import type { AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { ChangedResource, WiredResource } from "./protocol.ts";
import { changed, type Known, known } from "./rule-arguments.ts";

export class HeardResources {
  readonly #providers: AnalyzedProvider[] = [];
  readonly #asked = new Map<number, Known>();
  #stack: Known[] = [];

  provider(provider: AnalyzedProvider): void {
    this.#providers.push(provider);
  }

  asked(id: number, resource: WiredResource): Known {
    const about = known(this.#whole(resource));
    this.#asked.set(id, about);
    return about;
  }

  told(resources: (WiredResource | ChangedResource)[]): Known[] {
    const heard = resources.map((resource) =>
      "asked" in resource ? this.#changed(resource) : known(this.#whole(resource)),
    );
    this.#stack.push(...heard);
    return heard;
  }

  /** The stack in its order; what comes after belongs to the next. */
  takeStack(order: number[]): Known[] {
    const stack = order.map((number) => this.#stack[number]).filter((each) => each !== undefined);
    this.#stack = [];
    this.#asked.clear();
    return stack;
  }

  #changed({ asked, changed: properties, gone, ...places }: ChangedResource): Known {
    const before = this.#asked.get(asked);
    if (before === undefined) throw new Error(`the resource of question ${asked} is not known`);
    return changed(before, { changed: properties, gone }, places);
  }

  #whole({ provider: number, ...rest }: WiredResource): AnalyzedResource {
    const provider = number === undefined ? undefined : this.#providers[number];
    return provider ? { ...rest, provider } : rest;
  }
}
