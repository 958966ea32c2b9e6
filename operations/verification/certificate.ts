/** The certificate of a host: trusted, for that name, and not about to end. */
import * as tls from "node:tls";
import { type Check, CheckFailed } from "./check.ts";
import type { Reach } from "./request.ts";

const DAY = 24 * 60 * 60 * 1000;

function validUntil(host: string, port: number, reach: Reach): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect(
      {
        host: reach.address?.host ?? host,
        port: reach.address?.port ?? port,
        servername: host,
        timeout: reach.timeoutMilliseconds ?? 10_000,
        ...(reach.authority !== undefined && { ca: reach.authority }),
      },
      () => {
        const { valid_to: until } = socket.getPeerCertificate();
        socket.destroy();
        resolve(new Date(until));
      },
    );
    socket.on("timeout", () => socket.destroy(new Error("no answer in time")));
    socket.on("error", reject);
  });
}

const untrusted = /CERT|certificate|self.signed|ALTNAME|UNABLE_TO/i;

export function certificateCheck(host: string, reach: Reach = {}, fewestDays = 30, now = () => Date.now()): Check {
  return {
    name: `certificate ${host}`,
    remedy: "Vercel and ACM renew by themselves while DNS points at them: check the CAA and validation records",
    async run() {
      let until: Date;
      try {
        until = await validUntil(host, 443, reach);
      } catch (error) {
        const { code = "", message } = error as NodeJS.ErrnoException;
        if (untrusted.test(code) || untrusted.test(message)) throw new CheckFailed(message);
        throw error;
      }
      const days = Math.floor((until.getTime() - now()) / DAY);
      if (days < fewestDays) throw new CheckFailed(`ends in ${days} days, on ${until.toISOString().slice(0, 10)}`);
      return `valid for ${days} days`;
    },
  };
}
