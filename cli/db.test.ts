import { printedBy } from "../testing/printed.ts";
import { run } from "./program.ts";

const migrate = (words: readonly string[]) => printedBy(() => run(["db", "migrate", ...words]));

test.each([
  [["--resolve", "20240101120000_x", "--as", "applied"], "--resolve is for a product of Prisma"],
  [["--product", "helpdesk", "--to", "7"], "--to is not for a product of Prisma"],
  [["--product", "helpdesk", "--plan", "plan.json"], "--plan is not for a product of Prisma"],
  [["--product", "helpdesk", "--as", "applied"], "--as needs --resolve NAME"],
  [["--reason", "the file was right"], "--reason needs --accept VERSION"],
  [["--accept", "7", "--plan", "plan.json"], "--plan and --accept exclude each other"],
  [["--plan", "plan.json", "--approved", "plan.json"], "--approved and --plan exclude each other"],
])("refuses %j before it looks for any settings", async (words, message) => {
  const { code, stderr } = await migrate(words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("refuses a version that is no number", async () => {
  const { code, stderr } = await migrate(["--to", "latest"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("A version is a number such as 20261121120000.")]);
});
