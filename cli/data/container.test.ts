import { parseSettings } from "../../operations/settings.ts";
import { withContainerSecrets } from "./container.ts";

const written = {
  environment: "test",
  audit: { file: "/dev/stdout" },
  database: { name: "thorbis-database" },
  backups: { products: ["helpdesk"] },
};
const read = (variables: Record<string, string>) =>
  parseSettings(withContainerSecrets(written, variables, (text) => JSON.parse(text)));

test("a task's secrets complete the settings that the stack wrote", () => {
  const recipients = [
    { name: "operations", publicKey: `age1${"q".repeat(58)}` },
    { name: "safe", publicKey: `age1${"p".repeat(58)}`, escrow: true },
  ];
  const settings = read({
    THORBIS_DATABASE_URL: "postgresql://a:b@server/thorbis",
    HELPDESK_DATABASE_URL: "postgresql://a:b@server/helpdesk",
    BACKUP_BUCKET: "backups",
    OPERATIONS_BACKUP_KEYS: JSON.stringify({ recipients }),
  });
  expect(settings.database).toEqual({ name: "thorbis-database", url: "postgresql://a:b@server/thorbis" });
  expect(settings.prisma.helpdesk?.url).toBe("postgresql://a:b@server/helpdesk");
  expect(settings.backups).toMatchObject({
    bucket: "backups",
    products: ["helpdesk"],
    recipients: [{ escrow: false }, { escrow: true }],
  });
});

test("without its keys a bucket is no place for backups", () => {
  const settings = read({ BACKUP_BUCKET: "backups", THORBIS_DATABASE_URL: "postgresql://a:b@server/thorbis" });
  expect(settings.backups).toBeUndefined();
});
