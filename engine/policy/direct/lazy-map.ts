/** An object that is made by the first look at it, and from then on stands for what was made. */
import { inspect } from "node:util";

class Lazy implements ProxyHandler<object> {
  readonly #make: () => object;
  #made: object | undefined;

  constructor(make: () => object) {
    this.#make = make;
  }

  #object(): object {
    this.#made ??= this.#make();
    return this.#made;
  }

  get(_: object, key: PropertyKey): unknown {
    return Reflect.get(this.#object(), key);
  }
  set(_: object, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(this.#object(), key, value);
  }
  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.#object(), key);
  }
  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#object());
  }
  getOwnPropertyDescriptor(_: object, key: PropertyKey): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#object(), key);
  }
  defineProperty(_: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    return Reflect.defineProperty(this.#object(), key, descriptor);
  }
  deleteProperty(_: object, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.#object(), key);
  }
  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.#object());
  }

  /** `console.log` of a proxy shows its target: this object. */
  [inspect.custom](): object {
    return this.#object();
  }
}

export function lazyMap(make: () => object): object {
  const lazy = new Lazy(make);
  return new Proxy(lazy, lazy);
}
