type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A scheduled task's settings: the stack writes THORBIS_OPERATIONS in plain text (stacks/operations-settings.ts), and
 * what is secret comes in variables of its own, each read from the vault by the duty that needs it.
 */
export function withContainerSecrets(settings: unknown, variables: Variables, parse: Parse): unknown {
  if (!isGroup(settings)) return settings;
  const { BACKUP_BUCKET: bucket, OPERATIONS_BACKUP_KEYS: keys } = variables;
  const { HELPDESK_DATABASE_URL: helpdesk, THORBIS_DATABASE_URL: thorbis } = variables;
  // A place without its keys is no place for backups: the job says so instead of a message about the settings.
  const { backups, ...plain } = settings;
  const keyring = keys === undefined ? undefined : parse(keys, "OPERATIONS_BACKUP_KEYS");
  return {
    ...plain,
    ...(thorbis !== undefined && { database: { ...group(settings.database), url: thorbis } }),
    ...(helpdesk !== undefined && {
      prisma: { ...group(settings.prisma), helpdesk: { directory: "helpdesk/prisma", url: helpdesk } },
    }),
    ...(bucket !== undefined && keyring !== undefined && { backups: { ...group(backups), bucket, ...group(keyring) } }),
  };
}

type Parse = (text: string, where: string) => unknown;
type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const group = (value: unknown): Group => (isGroup(value) ? value : {});
