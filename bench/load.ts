/**
 * Load on a server of this machine, over plain sockets: Node's own HTTP client would cost more than what is measured.
 * Two questions, two ways: how much the server can do (every connection asks again at once), and how long one waits at a
 * given rate. There the clock of a request starts when it should have been sent, not when it was: a server that stalls
 * makes everybody wait who would have come meanwhile, and a load that waited with it would not see that.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Saturation {
  count: number;
  perSecond: number;
}

export interface Waiting {
  /** Requests that were answered in a second. */
  perSecond: number;
  /** Milliseconds from when a request was due to its last byte. */
  p50: number;
  p99: number;
  /** Milliseconds by which the generator itself was late: what of the waiting is its own. */
  lateP99: number;
}

/** The generator looks this often for what is due. */
const TICK_MILLISECONDS = 1;

const QUESTION = (host: string) =>
  Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Mozilla/5.0 (bench)\r\nAccept: text/html\r\n\r\n`);

/** One connection that asks one thing after the other. */
class Client {
  readonly #socket: Socket;
  readonly #question: Buffer;
  #answered: () => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#question = QUESTION(host);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("error", (error) => this.#failed(error));
    socket.on("close", () => this.#failed(new Error("the server closed the connection")));
  }

  static open(port: number, host: string): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Client(socket, host)));
    });
  }

  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(this.#question);
    });
  }

  close(): void {
    this.#failed = () => undefined;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + 4 + length) return;
    this.#received = Buffer.alloc(0);
    if (head.startsWith("HTTP/1.1 200 ")) this.#answered();
    else this.#failed(new Error(`answered ${head.slice(0, head.indexOf("\r\n"))}`));
  }
}

/** As many requests as the server answers. */
export async function saturate(port: number, host: string, connections: number, seconds: number): Promise<Saturation> {
  const clients = await openAll(port, host, connections);
  let count = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        await client.ask();
        count++;
      }
    }),
  );
  const perSecond = count / ((performance.now() - began) / 1000);
  for (const client of clients) client.close();
  return { count, perSecond };
}

/** Requests at a fixed rate, whether the server keeps up or not. */
export async function wait(
  port: number,
  host: string,
  connections: number,
  rate: number,
  seconds: number,
): Promise<Waiting> {
  const clients = await openAll(port, host, connections);
  const idle = [...clients];
  const due: number[] = [];
  const waited: number[] = [];
  const late: number[] = [];
  const failures: Error[] = [];
  const total = Math.round(rate * seconds);
  const began = performance.now();
  const begin = (client: Client, at: number): void => {
    client.ask().then(
      () => {
        waited.push(performance.now() - at);
        const next = due.shift();
        if (next === undefined) idle.push(client);
        else begin(client, next);
      },
      (error: Error) => failures.push(error),
    );
  };
  for (let planned = 0; waited.length < total; ) {
    const now = performance.now();
    for (; planned < total && began + (planned * 1000) / rate <= now; planned++) {
      const at = began + (planned * 1000) / rate;
      late.push(now - at);
      const client = idle.pop();
      if (client) begin(client, at);
      else due.push(at);
    }
    if (failures[0]) throw failures[0];
    await sleep(TICK_MILLISECONDS);
  }
  const perSecond = total / ((performance.now() - began) / 1000);
  for (const client of clients) client.close();
  return { perSecond, p50: share(waited, 0.5), p99: share(waited, 0.99), lateP99: share(late, 0.99) };
}

const openAll = (port: number, host: string, connections: number): Promise<Client[]> =>
  Promise.all(Array.from({ length: connections }, () => Client.open(port, host)));

function share(values: number[], part: number): number {
  values.sort((left, right) => left - right);
  return values[Math.floor(values.length * part)] ?? 0;
}
