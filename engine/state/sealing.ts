/**
 * Secrets between memory and disk: in memory an envelope with the plain value, at rest one with a `ciphertext`.
 * A value that did not change keeps its ciphertext, so an unchanged state is written as the same text.
 */
import type { Sealer } from "../secrets/passphrase.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue, SECRET, SIGNATURE } from "../values.ts";

/** How secrets leave: sealed, or for an export that asks for it in plain. */
export type SecretForm = "sealed" | "plain";

export class Sealing {
  readonly #sealer: Sealer;
  /** By place: the same text in two places must not show that it is the same. */
  readonly #known = new Map<string, { plain: string; sealed: string }>();
  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  get salt(): string {
    return this.#sealer.salt;
  }

  /** `place` names where the map stands, for example `<urn> inputs`. Keys are sorted: equal maps give equal text. */
  seal(map: PropertyMap, place: string, form: SecretForm = "sealed"): PropertyMap {
    return this.#sealMap(map, place, form);
  }

  open(map: PropertyMap, place: string): PropertyMap {
    return this.#openMap(map, place);
  }

  #sealMap(map: PropertyMap, place: string, form: SecretForm): PropertyMap {
    const result: PropertyMap = {};
    for (const key of Object.keys(map).sort()) {
      const value = map[key];
      if (value !== undefined) result[key] = this.#sealValue(value, `${place}.${key}`, form);
    }
    return result;
  }

  #sealValue(value: PropertyValue, place: string, form: SecretForm): PropertyValue {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.#sealValue(item, `${place}[${index}]`, form));
    if (!isSecret(value)) return this.#sealMap(value, place, form);
    const plain = JSON.stringify(this.#sealValue(value.value, `${place}*`, form));
    if (form === "plain") return { [SIGNATURE]: SECRET, plaintext: plain };
    const known = this.#known.get(place);
    if (known?.plain === plain) return { [SIGNATURE]: SECRET, ciphertext: known.sealed };
    const sealed = this.#sealer.seal(plain);
    this.#known.set(place, { plain, sealed });
    return { [SIGNATURE]: SECRET, ciphertext: sealed };
  }

  #openMap(map: PropertyMap, place: string): PropertyMap {
    const result: PropertyMap = {};
    for (const [key, value] of Object.entries(map)) result[key] = this.#openValue(value, `${place}.${key}`);
    return result;
  }

  #openValue(value: PropertyValue, place: string): PropertyValue {
    if (Array.isArray(value)) return value.map((item, index) => this.#openValue(item, `${place}[${index}]`));
    if (!isMap(value)) return value;
    if (value[SIGNATURE] !== SECRET) return this.#openMap(value, place);
    const plain = this.#plainOf(value, place);
    return { [SIGNATURE]: SECRET, value: this.#openValue(JSON.parse(plain), `${place}*`) };
  }

  #plainOf(envelope: PropertyMap, place: string): string {
    if (typeof envelope.plaintext === "string") return envelope.plaintext;
    const sealed = String(envelope.ciphertext);
    const plain = this.#sealer.open(sealed);
    this.#known.set(place, { plain, sealed });
    return plain;
  }
}

/** True when there is anything that only a key can open. */
export const holdsSealed = (text: string): boolean => text.includes('"ciphertext"');
