import { createConnection } from "node:net";
import { join } from "node:path";
import { LOOPBACK } from "../ports.ts";
import type { Service } from "../service.ts";

export const mailService: Service = {
  name: "mail",
  async prepare(context) {
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, "main.ts"), context.directory, String(context.port("mail"))],
      cwd: context.directory,
      environment: {},
    };
  },
  answers: (context) => greets(context.port("mail")),
  address: (context) => `smtp://localhost:${context.port("mail")}`,
};

/** A mail server speaks first: `220 …`. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: LOOPBACK });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once("error", () => done(false));
    socket.once("data", (data) => done(data.toString("latin1").startsWith("220")));
  });
}
