import fc from "fast-check";
import { alarmName } from "./alarm-name.ts";

const part = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/);
const triple = fc.tuple(part, part, part);

test("two different alarms never get the same name", () => {
  fc.assert(
    fc.property(triple, triple, (one, other) => {
      fc.pre(one.join("\n") !== other.join("\n"));
      return alarmName(...one) !== alarmName(...other);
    }),
  );
});

test.each(["a/b", "", "Upper", "-dash"])("refuses the part %j, which could collide", (wrong) => {
  expect(() => alarmName("thorbis", wrong, "down")).toThrow(`alarm name: "${wrong}" could make two alarms collide`);
});
