import { join } from "node:path";
import { LOOPBACK } from "../services/ports.ts";
import type { Service } from "../services/service.ts";

export const edgeService: Service = {
  name: "edge",
  ports: ["edge", "edge.tls"],
  async prepare({ layout, directory, authority }) {
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, "main.ts"), layout.root, layout.stack],
      cwd: directory,
      // The reference app connects to the local services, whose certificates this authority signed.
      environment: { NODE_EXTRA_CA_CERTS: authority.path },
    };
  },
  async answers(context) {
    try {
      const response = await fetch(`http://${LOOPBACK}:${context.port("edge")}/`, {
        redirect: "manual",
        signal: AbortSignal.timeout(2_000),
      });
      await response.body?.cancel();
      return response.headers.get("x-vercel-id") !== null;
    } catch {
      return false;
    }
  },
  address: (context) => `http://localhost:${context.port("edge")} and https://localhost:${context.port("edge.tls")}`,
};
