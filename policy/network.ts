import { number, type Properties, text } from "./properties.ts";

/**
 * Whether a range holds most of the internet: `0.0.0.0/0`, and halves of it (`0.0.0.0/1` beside `128.0.0.0/1`), by which
 * the whole is written without saying so. No private range is that wide.
 */
export function isWorld(cidr: unknown): cidr is string {
  if (typeof cidr !== "string") return false;
  const [address = "", length = ""] = cidr.split("/");
  if (!isAddress(cidr) || length === "") return false;
  return Number(length) < (address.includes(":") ? 4 : 8);
}

/** IPv4 or IPv6, alone or with a prefix length. */
export function isAddress(text: string): boolean {
  const [address = "", length, more] = text.split("/");
  if (more !== undefined) return false;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  const bits = v4 !== null ? 32 : 128;
  const valid =
    v4 !== null
      ? v4.slice(1).every((part) => Number(part) <= 255)
      : /^[0-9a-f:]+$/i.test(address) && URL.canParse(`http://[${address}]/`);
  return valid && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
}

export type Ports = "all" | "none" | readonly [from: number, to: number];

/** The ports of a security group's rule; none for a protocol without ports (ICMP). */
export function portsOf(rule: Properties): Ports {
  const protocol = text(rule.ipProtocol) ?? text(rule.protocol);
  if (protocol === "-1" || protocol === "all") return "all";
  if (/^(icmp|icmpv6|1|58)$/i.test(protocol ?? "")) return "none";
  const from = number(rule.fromPort);
  const to = number(rule.toPort) ?? from;
  return from === undefined || to === undefined || from === -1 ? "all" : [from, to];
}

/** Whether a rule opens a port that is not in the list; a range opens every port between its ends. */
export function exceeds(ports: Ports, open: readonly string[]): boolean {
  if (ports === "all") return true;
  if (ports === "none") return false;
  const [from, to] = ports;
  // A range is as long as the list at most, or it cannot lie in it.
  if (to - from >= open.length) return true;
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index)).some((port) => !open.includes(port));
}

export const portsText = (ports: Ports): string =>
  typeof ports === "string" ? `${ports} ports` : `port ${[...new Set(ports)].join(" to ")}`;
