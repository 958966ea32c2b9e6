import { isAddress, isWorld } from "./network.ts";

test.each(["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "::/0", "2001:db8::/32"])("%s is an address", (text) => {
  expect(isAddress(text)).toBe(true);
});

test.each(["10.0.0.256", "10.0.0", "10.0.0.0/33", "2001:zz::", "::/129", "office", "10.0.0.0/8/8", ""])(
  "%s is none",
  (text) => {
    expect(isAddress(text)).toBe(false);
  },
);

test("knows the world in both families", () => {
  expect(["0.0.0.0/0", "::/0", "10.0.0.0/8", undefined].map(isWorld)).toEqual([true, true, false, false]);
});
