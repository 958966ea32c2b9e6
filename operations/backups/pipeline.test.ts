import { collectPipeline, PipelineFailure } from "./pipeline.ts";

const reset = 'echo "age: error: write /dev/stdout: connection reset by peer" >&2; exit 1';
const failureOf = (...scripts: string[]): Promise<unknown> =>
  collectPipeline(scripts.map((shell, index) => ({ name: `stage ${index}`, shell: `(${shell})` }))).catch(
    (error: unknown) => error,
  );

test("a last program that lost its reader by a reset is a consequence, as one with a broken pipe is", async () => {
  expect(await failureOf("true", reset)).toMatchObject({ isConsequence: true });
  expect(await failureOf("true", "exit 141")).toMatchObject({ isConsequence: true });
});

test("an earlier program that says the same is a cause, and so is any other failure of the last", async () => {
  expect(await failureOf(reset, "cat")).toMatchObject({ isConsequence: false });
  const failure = await failureOf("true", "echo 'no space left on device' >&2; exit 1");
  expect(failure).toBeInstanceOf(PipelineFailure);
  expect(failure).toMatchObject({ isConsequence: false, message: expect.stringContaining("no space left") });
});
