/**
 * What the declared resources cost a month, from a price table that is data. What the table does not know is listed,
 * never guessed; what is billed by use is named beside the sum.
 */
import { at, isEmpty, list, number } from "../properties.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";

export interface Term {
  /** A property that multiplies the price. */
  path?: string;
  /** A list whose length multiplies it. */
  count?: string;
  /** Only the items of the list count that have this property. */
  having?: string;
  /** The resource that holds the property, when it is not the charged one. */
  of?: { property: string; type: string };
  divide?: number;
  default?: number;
}

export interface Charge {
  what: string;
  unit: "hour" | "month";
  price?: number;
  /** A property whose value chooses the price. */
  by?: string;
  prices?: Record<string, number>;
  /** The value that counts when the property is not set. */
  default?: string;
  /** The price for every value that `prices` does not name. */
  otherwise?: number;
  times?: Term[];
}

export interface PriceTable {
  source: string;
  /** The oldest day on which one of the prices was checked, `YYYY-MM-DD`. */
  date: string;
  currency: string;
  hoursPerMonth: number;
  types: Record<
    string,
    {
      charges: Charge[];
      byUse?: string;
      /** When the prices were compared with which published list; what has no price has nothing to compare. */
      checked?: { date: string; source: string };
    }
  >;
  /** Prefixes of types that cost nothing. */
  free: string[];
  /** Prefixes of types that another bill covers. */
  elsewhere: string[];
}

export interface CostLine {
  urn: string;
  name: string;
  type: string;
  /** The component that owns the resource: name of the outermost one. */
  component: string;
  what: string;
  perMonth: number;
}

export interface Estimate {
  currency: string;
  source: string;
  date: string;
  perMonth: number;
  lines: CostLine[];
  components: Record<string, number>;
  /** Not in the sum: a price that the table lacks, with the reason. */
  unknown: { urn: string; name: string; reason: string }[];
  /** Not in the sum: type to what is billed by use. */
  byUse: Record<string, string>;
}

export function estimate(stack: Stack, prices: PriceTable): Estimate {
  const lines: CostLine[] = [];
  const unknown: Estimate["unknown"] = [];
  const byUse: Record<string, string> = {};
  for (const resource of stack.resources) {
    if (!resource.type.includes("/") || prices.elsewhere.some((prefix) => resource.type.startsWith(prefix))) continue;
    const entry = prices.types[resource.type];
    if (entry === undefined) {
      if (!prices.free.some((prefix) => resource.type.startsWith(prefix))) {
        unknown.push({ urn: resource.urn, name: resource.name, reason: `no price for ${resource.type}` });
      }
      continue;
    }
    if (entry.byUse !== undefined) byUse[resource.type] = entry.byUse;
    for (const charge of entry.charges) {
      const price = priceOf(stack, resource, charge, prices.hoursPerMonth);
      const head = { urn: resource.urn, name: resource.name };
      if (typeof price === "string") unknown.push({ ...head, reason: price });
      else
        lines.push({
          ...head,
          type: resource.type,
          component: outermost(stack, resource),
          what: charge.what,
          perMonth: price,
        });
    }
  }
  const components: Record<string, number> = {};
  for (const { component, perMonth } of lines) components[component] = round((components[component] ?? 0) + perMonth);
  const perMonth = round(lines.reduce((sum, line) => sum + line.perMonth, 0));
  return {
    currency: prices.currency,
    source: prices.source,
    date: prices.date,
    perMonth,
    lines,
    components,
    unknown,
    byUse,
  };
}

/** Component to change a month; only what changes. */
export function costDifference(before: Estimate, after: Estimate): Record<string, number> {
  const names = new Set([...Object.keys(before.components), ...Object.keys(after.components)]);
  const changes = [...names].map(
    (name) => [name, round((after.components[name] ?? 0) - (before.components[name] ?? 0))] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

const round = (amount: number): number => Math.round(amount * 100) / 100;

/** A month's price, or why there is none. */
function priceOf(stack: Stack, resource: Subject, charge: Charge, hoursPerMonth: number): number | string {
  try {
    let price = charge.price;
    if (charge.by !== undefined) {
      const value = at(resource.props, charge.by);
      const choice = isEmpty(value) ? charge.default : String(value);
      price = (choice === undefined ? undefined : charge.prices?.[choice]) ?? charge.otherwise;
      if (price === undefined) return `no price for ${charge.by} ${choice ?? "(not set)"}`;
    }
    if (price === undefined) return `no price for ${charge.what}`;
    for (const term of charge.times ?? []) {
      const factor = factorOf(stack, resource, term);
      if (factor === undefined) return `${charge.what}: ${term.path ?? term.count ?? "a factor"} is not set`;
      price *= factor;
    }
    return charge.unit === "hour" ? price * hoursPerMonth : price;
  } catch {
    return `${charge.what}: a property is not known yet`;
  }
}

function factorOf(stack: Stack, resource: Subject, term: Term): number | undefined {
  const holder = term.of === undefined ? resource : stack.target(resource, term.of.property, term.of.type);
  if (holder === undefined) return term.default;
  if (term.count !== undefined) {
    const items = list(at(holder.props, term.count));
    const { having } = term;
    return (
      (having === undefined ? items : items.filter((item) => at(item, having) !== undefined)).length || term.default
    );
  }
  const value = term.path === undefined ? undefined : number(at(holder.props, term.path));
  const factor = value ?? term.default;
  return factor === undefined ? undefined : factor / (term.divide ?? 1);
}

function outermost(stack: Stack, resource: Subject): string {
  let name = resource.name;
  for (let component = stack.component(resource); component !== undefined; component = stack.component(component))
    name = component.name;
  return name;
}
