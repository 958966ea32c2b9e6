/** Events in the order in which they came, for one reader. */
export class EventQueue<Event> {
  readonly #events: Event[] = [];
  #wake: (() => void) | undefined;

  push(event: Event): void {
    this.#events.push(event);
    this.#wake?.();
  }

  /** The next event; `undefined` when the signal says that no more is to be read. */
  async next(isOver: () => boolean): Promise<Event | undefined> {
    while (!isOver()) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return undefined;
  }

  /** Lets the reader look again whether it is over. */
  wake(): void {
    this.#wake?.();
  }
}
