/**
 * `node bench/local.ts [--rounds 3]`: from nothing running to a working platform, by step, and what the second
 * `up development` costs over a preview of the same, one after the other in turn. It has a folder of its own.
 */
import { parseArgs } from "node:util";
import { type LocalPlatform, makeLocalPlatform, removeLocalPlatform } from "../testing/local-platform.ts";
import { figure, median, tell } from "./figures.ts";

async function seconds(platform: LocalPlatform, ...words: string[]): Promise<{ taken: number; err: string }> {
  const began = performance.now();
  const { code, out, err } = await platform.run(...words);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}\n${out}\n${err}`);
  return { taken: (performance.now() - began) / 1000, err };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" }, json: { type: "string" } } });
  const platform = makeLocalPlatform();
  try {
    const first = await seconds(platform, "up", "development");
    process.stdout.write(`from nothing to a working platform: ${first.taken.toFixed(1)} s\n`);
    process.stdout.write(first.err.replace(/^(?!ready).*\n?/gm, "").replace(/^/gm, "  "));
    process.stdout.write("\n");
    const [previews, ups]: [number[], number[]] = [[], []];
    for (let round = 0; round < Number(values.rounds); round++) {
      previews.push((await seconds(platform, "preview", "development")).taken);
      ups.push((await seconds(platform, "up", "development")).taken);
    }
    const [preview, up] = [median(previews), median(ups)];
    tell(
      [
        figure(
          "the second `up development` with everything running, against its preview and a second",
          "s",
          preview + 1,
          up,
          1,
        ),
      ],
      values.json,
    );
  } finally {
    await removeLocalPlatform(platform);
  }
}

await main();
