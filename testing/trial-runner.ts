/** Runs command lines one after the other in one process, so that a test pays for its start only once. */
import { run } from "../cli/program.ts";

interface Order {
  words: string[];
  directory: string;
  environment: Record<string, string>;
}

const own = { ...process.env };

async function obey({ words, directory, environment }: Order): Promise<void> {
  const said = { out: "", err: "" };
  const write = { out: process.stdout.write, err: process.stderr.write };
  const take = (stream: "out" | "err") =>
    ((text: string) => {
      said[stream] += text;
      return true;
    }) as typeof process.stdout.write;
  process.chdir(directory);
  process.env = { ...own, ...environment };
  process.exitCode = 0;
  process.stdout.write = take("out");
  process.stderr.write = take("err");
  try {
    await run(words);
  } finally {
    process.stdout.write = write.out;
    process.stderr.write = write.err;
  }
  process.send?.({ code: process.exitCode ?? 0, ...said });
}

process.on("message", (order: Order) => void obey(order));
