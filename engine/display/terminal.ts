/**
 * A terminal whose last lines are redrawn while the lines above stay. Redrawn at most ten times a second: a deployment
 * tells far more than anybody can read.
 */
const REDRAW_MILLISECONDS = 100;

export class Terminal {
  readonly #write: (text: string) => void;
  readonly #size: { columns: number; rows: number };
  #drawn = 0;
  #live: () => string[] = () => [];
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (text: string) => void, size: { columns: number; rows: number }) {
    this.#write = write;
    this.#size = size;
  }

  /** How many lines can be redrawn. */
  get room(): number {
    return Math.max(1, this.#size.rows - 3);
  }

  /** Draws these lines from now on, whenever something changed. */
  follow(live: () => string[]): void {
    this.#live = live;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MILLISECONDS);
    this.#timer.unref();
  }

  /** Writes lines that stay, above those that are redrawn. */
  print(text: string): void {
    this.#write(`${this.#erase()}${text}`);
    this.#draw();
  }

  /** Removes the live lines and stops redrawing. */
  close(): void {
    clearInterval(this.#timer);
    this.#write(this.#erase());
    this.#live = () => [];
  }

  #erase(): string {
    const erased = this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[0J` : "";
    this.#drawn = 0;
    return erased;
  }

  #draw(): void {
    const lines = this.#live()
      .slice(0, this.room)
      .map((line) => clip(line, this.#size.columns));
    const text = lines.map((line) => `${line}\n`).join("");
    this.#write(this.#erase() + text);
    this.#drawn = lines.length;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is a control sequence
const COLOUR = /\u001b\[[0-9;]*m/y;

/** Cuts a line to a width, without counting its colours; a line that wraps would not be erased whole. */
export function clip(line: string, columns: number): string {
  let shown = 0;
  for (let index = 0; index < line.length; ) {
    COLOUR.lastIndex = index;
    const colour = COLOUR.exec(line);
    if (colour) index += colour[0].length;
    else if (++shown >= columns) return `${line.slice(0, index)}\u001b[0m`;
    else index++;
  }
  return line;
}
