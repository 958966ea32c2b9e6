/** Takes every mail that is sent to it and delivers none: each lies as a file that people and tests can read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { privateDirectory, writePrivate } from "../files.ts";
import { LOOPBACK } from "../ports.ts";
import { parseMail } from "./mime.ts";

export interface CaughtMail {
  /** Order of arrival, from 1. */
  number: number;
  /** When it arrived, UTC. */
  at: string;
  from: string;
  /** Who would have received it, blind copies included. */
  to: string[];
  subject: string;
  /** Plain text; of an HTML mail, its source. */
  text: string;
}

export interface MailCatcher {
  port: number;
  messages(): CaughtMail[];
  close(): Promise<void>;
}

const MAX_BYTES = 30_000_000;

/** `port` 0: any free port. */
export async function startMailCatcher({ directory, port }: { directory: string; port: number }): Promise<MailCatcher> {
  privateDirectory(directory);
  let last = caughtMails(directory).at(-1)?.number ?? 0;
  const server = new SMTPServer({
    // Whoever sends may log in with anything, as a real mail server asks for it.
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    size: MAX_BYTES,
    onAuth: (_auth, _session, done) => done(null, { user: "local" }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const number = ++last;
        parseMail(Buffer.concat(chunks))
          .then(({ subject, text }) => {
            const mail: CaughtMail = {
              number,
              at: new Date().toISOString(),
              from: mailFrom === false ? "" : mailFrom.address,
              to: rcptTo.map(({ address }) => address),
              subject,
              text,
            };
            writePrivate(fileOf(directory, number), JSON.stringify(mail));
            done();
          })
          .catch((error: Error) => done(error));
      });
    },
  });
  // A client that breaks off is no reason to end.
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    messages: () => caughtMails(directory),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Every mail caught so far, the oldest first. */
export function caughtMails(directory: string): CaughtMail[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    // Nothing was ever caught.
    return [];
  }
  return names
    .filter((name) => /^\d+\.json$/.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")));
}

/** Padded, so that the names sort as the numbers do. */
const fileOf = (directory: string, number: number): string =>
  join(directory, `${String(number).padStart(8, "0")}.json`);
