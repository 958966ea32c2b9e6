import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { describeWithAws } from "../testing/aws.ts";
import { describeWithPostgres } from "../testing/postgres.ts";

jest.setTimeout(240_000);

describeWithAws("killed data commands", () => {
  describeWithPostgres("of a real server", () => {
    it("list nothing that is not whole, and lose nothing", () => {
      const ran = spawnSync(
        process.execPath,
        [path.join(__dirname, "backup-kills.ts"), "--count", "3", "--megabytes", "5"],
        {
          encoding: "utf8",
        },
      );
      expect(ran.stdout.split("\n").at(-2)).toBe("3 kills, 0 failures");
      expect(ran.status).toBe(0);
    });
  });
});
