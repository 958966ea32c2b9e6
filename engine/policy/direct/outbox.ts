/** Collects messages: one that crosses alone costs more than what is in it. */
const fullAt = 24;

export class Outbox<T> {
  readonly #send: (batch: T[]) => void;
  #waiting: T[] = [];
  #scheduled = false;

  constructor(send: (batch: T[]) => void) {
    this.#send = send;
  }

  /** Sent at the end of the turn; sooner when there are many, so that the other side need not wait for a long turn. */
  push(message: T): void {
    this.#waiting.push(message);
    if (this.#waiting.length >= fullAt) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#send(batch);
  }
}
