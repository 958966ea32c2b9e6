/** Ranges of addresses, as the provider judges them. */
import { isIP } from "node:net";
import { type Rule, value } from "../rules.ts";

/** The network's own address: a range with bits set behind its prefix is refused. */
export function cidr(path: string, family: 4 | 6, { min = 0, max = family === 4 ? 32 : 128 } = {}): Rule {
  return value(path, (found) => {
    if (typeof found !== "string" || found === "") return undefined;
    const [address = "", bits = ""] = found.split("/");
    if (isIP(address) !== family || !/^\d+$/.test(bits)) return `"${found}" is not a valid IPv${family} CIDR block`;
    const length = Number(bits);
    if (length < min || length > max) return `expected a prefix length between ${min} and ${max}, got ${length}`;
    if (family === 4 && hasHostBits(address, length))
      return `"${found}" is not a valid IPv4 CIDR block: it names a host`;
    return undefined;
  });
}

function hasHostBits(address: string, length: number): boolean {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - length) !== 0;
}
