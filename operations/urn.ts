/** What a URN says of its resource: `urn:pulumi:<stack>::<project>::<types of its owners>$<type>::<name>`. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
