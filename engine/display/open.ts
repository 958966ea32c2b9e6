/** The display that a command asks for. */
import type { Display, DisplayOptions } from "./display.ts";
import { JsonDisplay } from "./json.ts";
import { PeopleDisplay } from "./people.ts";
import { Terminal } from "./terminal.ts";

const silent: Display = { event: () => undefined, finish: () => undefined };

export function openDisplay(options: DisplayOptions): Display {
  if (options.kind === "silent") return silent;
  if (options.kind === "json") return new JsonDisplay(options);
  const terminal = options.terminal && new Terminal(options.write, options.terminal);
  return new PeopleDisplay(options, terminal);
}
