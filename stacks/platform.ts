import * as pulumi from "@pulumi/pulumi";
import { Caches } from "./caches.ts";
import type { Configuration } from "./configuration.ts";
import { Databases } from "./databases.ts";
import { HelpDesk } from "./helpdesk.ts";
import { declareMail } from "./mail.ts";
import { Monitoring } from "./monitoring.ts";
import { Operations } from "./operations.ts";
import { type PlatformOutputs, platformOutputs } from "./outputs.ts";
import { declareProviders } from "./providers.ts";
import { SharedServices } from "./shared.ts";
import { Thorbis } from "./thorbis.ts";

/** Everything that an environment consists of. */
export function declarePlatform(configuration: Configuration): PlatformOutputs {
  announcePlaceholders(configuration);
  const { environment } = configuration;
  const opts = { providers: declareProviders(environment) };

  const shared = new SharedServices("shared", configuration, opts);
  const databases = new Databases("databases", configuration, shared, opts);
  const caches = new Caches("caches", environment, shared, opts);
  const thorbis = new Thorbis("thorbis", { configuration, database: databases.thorbis, cache: caches.cache }, opts);
  const helpdesk = new HelpDesk(
    "helpdesk",
    { configuration, shared, database: databases.helpdesk, queue: caches.queue },
    opts,
  );
  declareMail(environment, shared, opts);
  const operations = new Operations("operations", { configuration, shared, databases }, opts);
  new Monitoring("monitoring", environment, { shared, databases, helpdesk }, opts);

  return platformOutputs({ shared, databases, caches, thorbis, helpdesk, operations });
}

function announcePlaceholders({ secrets: { placeholders } }: Configuration): void {
  if (placeholders.length === 0) return;
  void pulumi.log.warn(`placeholders stand in for secrets that this run may not see: ${placeholders.join(", ")}`);
}
