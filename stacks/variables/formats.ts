import type { Tier } from "../environment/fields.ts";

/** What a variable's value must look like, and how to make one that does. */
export interface Format {
  /** In words, for a person: completes "must be …". Never depends on a value. */
  readonly expects: (tier: Tier) => string;
  readonly accepts: (value: string, tier: Tier) => boolean;
  /** A value that satisfies the format and says what it is: `body` is a word such as "example" or "placeholder". */
  readonly make: (body: string, tier: Tier) => string;
}

const always = (text: string) => () => text;

/** The body, repeated until the value is long enough. */
function padded(body: string, length: number): string {
  return body.length >= length ? body : padded(`${body}_${body}`, length);
}

/** Free text of at least `minimum` characters. */
export function text(minimum = 1): Format {
  return {
    expects: always(minimum === 1 ? "a text" : `a text of ${minimum} characters or more`),
    accepts: (value) => value.trim() === value && value.length >= minimum,
    make: (body) => padded(body, minimum),
  };
}

/** A key whose issuer gives it a prefix. */
export function key(prefix: string, minimum = 20): Format {
  return {
    expects: always(`a key that begins with ${prefix} and has ${minimum} characters or more`),
    accepts: (value) => value.startsWith(prefix) && value.length >= minimum && /^[\x21-\x7e]+$/.test(value),
    make: (body) => prefix + padded(body, minimum - prefix.length),
  };
}

/** A key that exists for tests and for real business; only production may hold the latter, and must. */
export function testOrLiveKey(prefix: string, minimum = 20): Format {
  const of = (tier: Tier) => key(`${prefix}${tier === "production" ? "live" : "test"}_`, minimum);
  return {
    expects: (tier) => `${of(tier).expects(tier)} (${tier === "production" ? "a live key" : "never a live key"})`,
    accepts: (value, tier) => of(tier).accepts(value, tier),
    make: (body, tier) => of(tier).make(body, tier),
  };
}

/** A URL: https in staging and production. */
export function webUrl(): Format {
  return {
    expects: (tier) => (tier === "development" ? "an http or https URL" : "an https URL"),
    accepts: (value, tier) =>
      URL.canParse(value) && (tier === "development" ? /^https?:\/\// : /^https:\/\//).test(value) && !/\s/.test(value),
    make: (body) => `https://${body}.example.com`,
  };
}

/** A connection string for Postgres: TLS in staging and production. */
export function postgresUrl(): Format {
  return {
    expects: (tier) =>
      `a URL such as postgresql://user:password@host:5432/database${tier === "development" ? "" : "?sslmode=require"}`,
    accepts: (value, tier) =>
      URL.canParse(value) &&
      /^postgres(?:ql)?:\/\//.test(value) &&
      (tier === "development" || /[?&]sslmode=(?:require|verify-ca|verify-full)(?:&|$)/.test(value)),
    make: (body, tier) =>
      `postgresql://${body}:${body}@localhost:5432/${body}${tier === "development" ? "" : "?sslmode=require"}`,
  };
}

/** A connection string for Redis: TLS in staging and production. */
export function redisUrl(): Format {
  return {
    expects: (tier) => (tier === "development" ? "a redis:// or rediss:// URL" : "a rediss:// URL"),
    accepts: (value, tier) =>
      URL.canParse(value) && (tier === "development" ? /^rediss?:\/\// : /^rediss:\/\//).test(value),
    make: (body, tier) => `redis${tier === "development" ? "" : "s"}://:${body}@localhost:6379`,
  };
}

export function wholeNumber(least: number, most: number): Format {
  return {
    expects: always(`a whole number from ${least} to ${most}`),
    accepts: (value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most,
    make: () => String(least),
  };
}

export function oneOf(...values: readonly [string, ...string[]]): Format {
  return {
    expects: always(`one of ${values.join(", ")}`),
    accepts: (value) => values.includes(value),
    make: () => values[0],
  };
}

export const trueOrFalse = (): Format => oneOf("true", "false");

/** A text that matches a pattern; `sample` is one that does. */
export function pattern(expects: string, shape: RegExp, sample: string): Format {
  return { expects: always(expects), accepts: (value) => shape.test(value), make: () => sample };
}
