/** The entry of `./thorbis`. */
import { run } from "./program.ts";

// `./thorbis up development | head`: who stops reading must not stop an apply.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

await run(process.argv.slice(2));
