import type { Layout } from "../../sandbox/services/layout.ts";
import { caughtMails } from "../../sandbox/services/mail/catcher.ts";
import { caughtRequests } from "../../sandbox/services/notifier/sink.ts";
import { print, printJson } from "../print.ts";

export function showMail(layout: Layout, json: boolean): void {
  const mails = caughtMails(layout.service("mail").directory);
  const blocks = mails.map(
    ({ at, from, to, subject, text }) => `${at}  ${from} to ${to.join(", ")}\n  ${subject}\n${indent(text)}`,
  );
  show(mails, blocks, json, "no mail was caught");
}

export function showNotifications(layout: Layout, json: boolean): void {
  const requests = caughtRequests(layout.service("notifier").directory);
  const blocks = requests.map(
    ({ at, kind, to, subject, body }) => `${at}  ${kind} ${to}\n  ${subject}\n${indent(body)}`,
  );
  show(requests, blocks, json, "nothing was sent");
}

function show(entries: unknown[], blocks: string[], json: boolean, none: string): void {
  if (json) printJson(entries);
  else print(blocks.length > 0 ? blocks.join("\n\n") : none);
}

const indent = (text: string): string => text.trimEnd().replace(/^/gm, "    ");
