/** Addresses that mean everybody. */
export const isWorld = (cidr: unknown): cidr is string =>
  typeof cidr === "string" && /^(0\.0\.0\.0|::|0:0:0:0:0:0:0:0)\/0$/.test(cidr);

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
