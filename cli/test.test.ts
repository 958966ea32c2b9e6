import { closingLine } from "./test.ts";

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0 };

test("the closing line names passed and failed, and skipped only when some were", () => {
  expect(closingLine(report)).toBe("3 passed, 0 failed");
  expect(closingLine({ ...report, numPendingTests: 2 })).toBe("3 passed, 0 failed, 2 skipped");
});

test("a suite that could not be loaded counts as a failure", () => {
  expect(closingLine({ ...report, numRuntimeErrorTestSuites: 1 })).toBe("3 passed, 1 failed");
});
