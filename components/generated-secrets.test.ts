import { record } from "../testing/mocks.ts";
import { GeneratedSecrets } from "./generated-secrets.ts";

test("generates each secret once, without characters that a URL would have to quote", async () => {
  const recording = await record(
    () => void new GeneratedSecrets("app", { lengths: { JWT_SECRET: 64 }, dataProtection: "protected" }),
  );
  const password = recording.only("random:index/randomPassword:RandomPassword", "app-JWT_SECRET");
  expect(password.inputs).toEqual({ length: 64, special: false });
  expect(password).toMatchObject({ protect: true, retainOnDelete: true });
});

test("lets a disposable environment's secrets go", async () => {
  const recording = await record(
    () => void new GeneratedSecrets("app", { lengths: { JWT_SECRET: 64 }, dataProtection: "disposable" }),
  );
  expect(recording.only("random:index/randomPassword:RandomPassword").protect).toBe(false);
});

test("refuses a secret that can be guessed", () => {
  expect(() => new GeneratedSecrets("app", { lengths: { JWT_SECRET: 31 }, dataProtection: "protected" })).toThrow(
    "app.lengths.JWT_SECRET: 31 characters can be guessed",
  );
});
