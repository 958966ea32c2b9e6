/** The resources of the Random package: a value is drawn once and stays until an input changes. */
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { hashSync } from "bcryptjs";
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { type Rule, range } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import facts from "./random.json" with { type: "json" };
import { adjectives, adverbs, names } from "./words.ts";

/** A number from 0 up to and without `limit`. */
type Draw = (limit: number) => number;

/** With a seed the same numbers come again; they are not those of the real provider, whose generator is Go's. */
function drawFrom(seed: unknown): Draw {
  if (typeof seed !== "string" || seed === "") return (limit) => randomInt(limit);
  let count = 0;
  return (limit) => createHash("sha256").update(`${seed} ${count++}`).digest().readUIntBE(0, 6) % limit;
}

const pick = (letters: string, draw: Draw): string => letters[draw(letters.length)] ?? "";
const integer = (inputs: PropertyMap, name: string, otherwise: number): number => {
  const found = inputs[name];
  return typeof found === "number" ? found : otherwise;
};

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const special = "!@#$%&*()-_=+[]{}<>:?";

interface CharacterClass {
  letters: string;
  isUsed: boolean;
  least: number;
}

function classesOf(inputs: PropertyMap): CharacterClass[] {
  const override = inputs.overrideSpecial;
  const numeric = inputs.numeric ?? inputs.number;
  return [
    { letters: lower, isUsed: inputs.lower !== false, least: integer(inputs, "minLower", 0) },
    { letters: lower.toUpperCase(), isUsed: inputs.upper !== false, least: integer(inputs, "minUpper", 0) },
    { letters: digits, isUsed: numeric !== false, least: integer(inputs, "minNumeric", 0) },
    {
      letters: typeof override === "string" && override !== "" ? override : special,
      isUsed: inputs.special !== false,
      least: integer(inputs, "minSpecial", 0),
    },
  ];
}

/** The least number of each class first, then any of the classes in use, then all shuffled. */
function randomText(inputs: PropertyMap): string {
  const draw = drawFrom(undefined);
  const classes = classesOf(inputs);
  const drawn = classes.flatMap(({ letters, least }) => Array.from({ length: least }, () => pick(letters, draw)));
  const all = classes.map(({ letters, isUsed }) => (isUsed ? letters : "")).join("");
  while (drawn.length < integer(inputs, "length", 0)) drawn.push(pick(all, draw));
  return shuffle(drawn, draw).join("");
}

function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = draw(index + 1);
    const [first, second] = [shuffled[index], shuffled[other]];
    if (first !== undefined && second !== undefined) [shuffled[index], shuffled[other]] = [second, first];
  }
  return shuffled;
}

const textRules: Rule[] = [
  range("length", 1, 2 ** 31 - 1),
  ...["minLower", "minUpper", "minNumeric", "minSpecial"].map((name) => range(name, 0, 2 ** 31 - 1)),
  (inputs, report) => {
    const classes = classesOf(inputs);
    const least = classes.reduce((sum, { least: each }) => sum + each, 0);
    const wanted = inputs.length;
    if (typeof wanted === "number" && least > wanted) {
      report(
        "length",
        `must be at least the sum of minUpper, minLower, minNumeric and minSpecial (${least}), got ${wanted}`,
      );
    }
    if (classes.every(({ isUsed }) => !isUsed)) {
      report("lower", "at least one of lower, upper, numeric and special must be true");
    }
  },
];

/** Keepers with the value null count as absent: no replacement when only such come or go. */
function keepersKeep(oldOutputs: PropertyMap, newInputs: PropertyMap): string[] {
  const kept = (keepers: PropertyValue | undefined): string =>
    JSON.stringify(
      Object.entries(isMap(keepers) ? keepers : {})
        .filter(([, value]) => value !== null)
        .sort(([first], [second]) => (first < second ? -1 : 1)),
    );
  return kept(oldOutputs.keepers) === kept(newInputs.keepers) ? ["keepers"] : [];
}

/** `numeric` and its deprecated name say the same. */
function numerics(inputs: PropertyMap): PropertyMap {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return { number: numeric, numeric };
}

function result(
  type: Partial<Behaviour>,
  draw: (inputs: PropertyMap) => PropertyMap,
  idOf: (drawn: PropertyMap) => string,
): Behaviour {
  // The id is asked for before the outputs; both must speak of one draw.
  const drawn = new WeakMap<PropertyMap, PropertyMap>();
  const once = (inputs: PropertyMap): PropertyMap => {
    const found = drawn.get(inputs) ?? draw(inputs);
    drawn.set(inputs, found);
    return found;
  };
  return {
    ...type,
    // All passwords have one id: what was drawn tells them apart. A password by its salted hash, for this is written plainly.
    place: ({ bcryptHash, base64, hex, results, result: value }) =>
      createHash("sha256")
        .update(JSON.stringify([bcryptHash ?? base64 ?? hex ?? results ?? value]))
        .digest("base64url"),
    keeps: keepersKeep,
    id: (inputs) => idOf(once(inputs)),
    outputs: (inputs, { old }: Surroundings) => (old === undefined ? once(inputs) : {}),
  };
}

const none = (): string => "none";
const ofResult = (drawn: PropertyMap): string => String(drawn.result);

function bytes(length: number): PropertyMap {
  const drawn = randomBytes(length);
  return { base64: drawn.toString("base64"), hex: drawn.toString("hex") };
}

function identifier(inputs: PropertyMap): PropertyMap {
  const drawn = randomBytes(integer(inputs, "byteLength", 0));
  const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
  return {
    b64Std: prefix + drawn.toString("base64"),
    b64Url: prefix + drawn.toString("base64url"),
    dec: prefix + BigInt(`0x${drawn.toString("hex")}`).toString(),
    hex: prefix + drawn.toString("hex"),
  };
}

function pet(inputs: PropertyMap): string {
  const draw = drawFrom(undefined);
  const wanted = integer(inputs, "length", 2);
  const one = (words: readonly string[]): string => words[draw(words.length)] ?? "";
  const words = [one(names)];
  if (wanted > 1) words.unshift(one(adjectives));
  while (words.length < wanted) words.unshift(one(adverbs));
  const prefix = typeof inputs.prefix === "string" ? [inputs.prefix] : [];
  return [...prefix, ...words].join(typeof inputs.separator === "string" ? inputs.separator : "-");
}

/** 48 bits of time, then random bits, with the version and variant where RFC 9562 has them. */
function uuid7(): string {
  const drawn = randomBytes(16);
  drawn.writeUIntBE(Date.now(), 0, 6);
  drawn[6] = ((drawn[6] ?? 0) & 0x0f) | 0x70;
  drawn[8] = ((drawn[8] ?? 0) & 0x3f) | 0x80;
  return drawn.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const range32 = (path: string): Rule => range(path, 1, 2 ** 31 - 1);
/** The provider takes 10, a quarter of a review's time; nobody's login hangs on what a sandbox drew at random. */
const bcryptRounds = 4;

export const random: Service = {
  file: "sandbox/random/random.json",
  facts,
  behaviours: {
    "random:index/randomBytes:RandomBytes": result(
      { rules: [range32("length")] },
      (inputs) => bytes(integer(inputs, "length", 0)),
      none,
    ),
    "random:index/randomId:RandomId": result({ rules: [range32("byteLength")] }, identifier, ({ b64Url }) =>
      String(b64Url),
    ),
    "random:index/randomInteger:RandomInteger": result(
      {
        rules: [
          ({ min, max }, report) => {
            if (typeof min === "number" && typeof max === "number" && min > max) {
              report("min", `the minimum (${min}) is above the maximum (${max})`);
            }
          },
        ],
      },
      (inputs) => {
        const least = integer(inputs, "min", 0);
        return { result: least + drawFrom(inputs.seed)(integer(inputs, "max", 0) - least + 1) };
      },
      ofResult,
    ),
    "random:index/randomPassword:RandomPassword": result(
      { rules: textRules },
      (inputs) => {
        const password = randomText(inputs);
        const bcryptHash = hashSync(password.slice(0, 72), bcryptRounds).replace(/^\$2b\$/, "$2a$");
        return { __meta: '{"schema_version":"3"}', bcryptHash, result: password, ...numerics(inputs) };
      },
      none,
    ),
    "random:index/randomPet:RandomPet": {
      keeps: keepersKeep,
      rules: [range32("length")],
      id: pet,
    },
    "random:index/randomShuffle:RandomShuffle": result(
      {},
      (inputs) => {
        const given = Array.isArray(inputs.inputs) ? inputs.inputs : [];
        const draw = drawFrom(inputs.seed);
        const wanted = given.length === 0 ? 0 : integer(inputs, "resultCount", given.length);
        const results = [];
        while (results.length < wanted) results.push(...shuffle(given, draw));
        return { results: results.slice(0, wanted) };
      },
      () => "-",
    ),
    "random:index/randomString:RandomString": result(
      { rules: textRules },
      (inputs) => ({ __meta: '{"schema_version":"2"}', result: randomText(inputs), ...numerics(inputs) }),
      ofResult,
    ),
    "random:index/randomUuid4:RandomUuid4": result({}, () => ({ result: randomUUID() }), ofResult),
    "random:index/randomUuid7:RandomUuid7": result({}, () => ({ result: uuid7() }), ofResult),
    "random:index/randomUuid:RandomUuid": result({}, () => ({ result: randomUUID() }), ofResult),
  },
};
