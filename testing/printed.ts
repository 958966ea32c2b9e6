/** What a command says to a person, caught. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command of the command line in this process; what it prints reaches nobody, and its exit code is taken back. */
export async function printedBy(command: () => Promise<void>): Promise<Outcome> {
  const outcome = { stdout: "", stderr: "" };
  const catching = (stream: "stdout" | "stderr") =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      outcome[stream] += String(text);
      return true;
    });
  const spies = [catching("stdout"), catching("stderr")];
  try {
    await command();
    return { code: Number(process.exitCode ?? 0), ...outcome };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}
