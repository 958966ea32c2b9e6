/** The edge's process: `node main.ts ROOT STACK`. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { CRONS, referenceApp } from "../reference/app.ts";
import { openAuthority } from "../services/authority.ts";
import { localEndpoints } from "../services/endpoints.ts";
import { type Layout, layoutOf } from "../services/layout.ts";
import { localise } from "../services/localise.ts";
import { LOOPBACK } from "../services/ports.ts";
import { everyMinute, runCrons } from "./crons.ts";
import { faultReader } from "./fault.ts";
import type { App } from "./pipeline.ts";
import { compileWorld, type EdgeWorld } from "./project.ts";
import { startEdge } from "./server.ts";
import { watchWorld } from "./watch.ts";

async function main(root: string, stack: string): Promise<void> {
  const layout = layoutOf(root, stack);
  const { edgePort, edgeTlsPort } = localEndpoints(layout);
  const { directory } = layout.service("edge");
  const keep = (file: string) => (entry: object) =>
    appendFileSync(join(directory, file), `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`, {
      mode: 0o600,
    });
  const app = withLocalVariables(
    referenceApp({ onViolation: keep("violations.jsonl"), onCron: keep("crons.jsonl") }),
    layout,
  );

  let world: EdgeWorld = compileWorld([]);
  const server = await startEdge({
    world,
    app,
    httpPort: edgePort,
    httpsPort: edgeTlsPort,
    tls: await certificateFor(layout, world),
    fault: faultReader(join(directory, "fault.json")),
  });
  const watcher = watchWorld(layout, (resources) => {
    world = compileWorld(resources);
    server.update(world);
    void certificateFor(layout, world).then((certificate) => server.trust(certificate));
  });
  const crons = everyMinute((time) => void runCrons(world, app, CRONS, time));
  const stop = () => {
    watcher.stop();
    crons.stop();
    void server.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
}

/** The app gets the declared values with the addresses of this machine. */
function withLocalVariables(app: App, layout: Layout): App {
  const known = new WeakMap<object, Record<string, string>>();
  return (request, project, variables) => {
    const local =
      known.get(variables) ??
      Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, localise(name, value, localEndpoints(layout))]),
      );
    known.set(variables, local);
    return app(request, project, local);
  };
}

async function certificateFor(layout: Layout, world: EdgeWorld) {
  const authority = await openAuthority(layout.authority);
  return authority.issue("edge", { names: ["localhost", ...new Set(world.hosts.keys())], addresses: [LOOPBACK] });
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
