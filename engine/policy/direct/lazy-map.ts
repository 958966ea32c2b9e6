/** An object that is made by the first look at it, and from then on stands for what was made. */
import { inspect } from "node:util";

class Lazy {
  readonly #make: () => object;
  #made: object | undefined;

  constructor(make: () => object) {
    this.#make = make;
  }

  static of(lazy: Lazy): object {
    lazy.#made ??= lazy.#make();
    return lazy.#made;
  }
}

const handler: ProxyHandler<Lazy> = {
  get: (lazy, key) => Reflect.get(Lazy.of(lazy), key),
  set: (lazy, key, value) => Reflect.set(Lazy.of(lazy), key, value),
  has: (lazy, key) => Reflect.has(Lazy.of(lazy), key),
  ownKeys: (lazy) => Reflect.ownKeys(Lazy.of(lazy)),
  getOwnPropertyDescriptor: (lazy, key) => Reflect.getOwnPropertyDescriptor(Lazy.of(lazy), key),
  defineProperty: (lazy, key, descriptor) => Reflect.defineProperty(Lazy.of(lazy), key, descriptor),
  deleteProperty: (lazy, key) => Reflect.deleteProperty(Lazy.of(lazy), key),
  getPrototypeOf: (lazy) => Reflect.getPrototypeOf(Lazy.of(lazy)),
};

// `console.log` looks behind a proxy, where there is nothing to see. Descriptors are read past every guard.
Object.defineProperty(Lazy.prototype, inspect.custom, {
  value(this: object) {
    return Object.defineProperties({}, Object.getOwnPropertyDescriptors(this));
  },
});

export const lazyMap = (make: () => object): object => new Proxy(new Lazy(make), handler);
