import { isBelow } from "./version.ts";

test.each([
  ["7.9.0", "7.48.0", true],
  ["7.48.0", "7.48.0", false],
  ["8.0.0", "7.48.0", false],
  ["v5.4.1-alpha.1", "5.4.1", false],
  ["5.4.0+build.7", "5.4.1", true],
])("%s is below %s: %s", (version, floor, expected) => {
  expect(isBelow(version, floor)).toBe(expected);
});
