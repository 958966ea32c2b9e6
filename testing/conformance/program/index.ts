/** The program of a scenario's step: the file named by CONFORMANCE_STEP says what it registers, in order. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };
interface Declared {
  kind?: "custom" | "component" | "provider" | "read";
  name: string;
  type?: string;
  id?: Json;
  inputs?: Fields;
  outputs?: Fields;
  opts?: Fields;
}
interface StepProgram {
  resources: Declared[];
  invokes?: { name: string; args: Fields; parent?: string }[];
  outputs?: Fields;
  throw?: string;
}

class Thing extends pulumi.CustomResource {
  constructor(type: string, name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super(type, name, { ...inputs, computed: undefined }, options);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(type: string, name: string, outputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super(type, name, {}, options);
    this.registerOutputs(outputs);
  }
}

class TestProvider extends pulumi.ProviderResource {
  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ResourceOptions) {
    super("test", name, inputs, options);
  }
}

const step: StepProgram = JSON.parse(readFileSync(process.env.CONFORMANCE_STEP ?? "", "utf8"));
const configuration = new pulumi.Config();
const resources = new Map<string, pulumi.Resource>();
const answers = new Map<string, pulumi.Output<{ result: string }>>();

function named(name: Json | undefined): pulumi.Resource {
  const resource = resources.get(String(name));
  if (resource === undefined) throw new Error(`the scenario has no resource ${name}`);
  return resource;
}

/** What stands for a value: each form has one key that starts with `$`. */
const forms: Record<string, (argument: Json) => pulumi.Input<unknown>> = {
  $ref: (reference) => {
    const [name, property = ""] = String(reference).split(".");
    // Outputs are properties of the resource object, whatever the resource.
    return (named(name ?? "") as unknown as Record<string, pulumi.Input<unknown>>)[property];
  },
  $secret: (value) => pulumi.secret(resolved(value)),
  $config: (key) => configuration.require(String(key)),
  $secretConfig: (key) => configuration.requireSecret(String(key)),
  $invoke: (name) => answers.get(String(name))?.apply(({ result }) => result),
  $concat: (parts) => pulumi.concat(...(Array.isArray(parts) ? parts : []).map(resolved)),
  $asset: (text) => new pulumi.asset.StringAsset(String(text)),
};

function resolved(declared: Json): pulumi.Input<unknown> {
  if (Array.isArray(declared)) return declared.map(resolved);
  if (declared === null || typeof declared !== "object") return declared;
  for (const [key, argument] of Object.entries(declared)) {
    const form = forms[key];
    if (form !== undefined) return form(argument);
  }
  return valuesOf(declared);
}

const valuesOf = (declared: Fields): Record<string, pulumi.Input<unknown>> =>
  Object.fromEntries(Object.entries(declared).map(([key, value]) => [key, resolved(value)]));

function aliasOf(alias: Json): pulumi.Input<pulumi.URN | pulumi.Alias> {
  if (alias === null || typeof alias !== "object" || Array.isArray(alias)) return String(alias);
  const { parent, ...rest } = alias;
  if (parent === undefined) return rest;
  return { ...rest, parent: parent === "root" ? pulumi.rootStackResource : named(parent) };
}

function optionsOf(declared: Fields = {}): Record<string, unknown> {
  const list = (value: Json | undefined) => (Array.isArray(value) ? value : []);
  const { parent, dependsOn, deletedWith, replaceWith, provider, providers, aliases, ...plain } = declared;
  return {
    ...plain,
    ...(parent !== undefined && { parent: named(parent) }),
    ...(dependsOn !== undefined && { dependsOn: list(dependsOn).map(named) }),
    ...(deletedWith !== undefined && { deletedWith: named(deletedWith) }),
    ...(replaceWith !== undefined && { replaceWith: list(replaceWith).map(named) }),
    ...(provider !== undefined && { provider: named(provider) }),
    ...(providers !== undefined && { providers: list(providers).map(named) }),
    ...(aliases !== undefined && { aliases: list(aliases).map(aliasOf) }),
  };
}

const makers: Record<NonNullable<Declared["kind"]>, (declared: Declared, inputs: pulumi.Inputs) => pulumi.Resource> = {
  custom: ({ name, type = "test:index:Thing", opts }, inputs) => new Thing(type, name, inputs, optionsOf(opts)),
  component: ({ name, type = "demo:index:Group", outputs = {}, opts }) =>
    new Group(type, name, valuesOf(outputs), optionsOf(opts)),
  provider: ({ name, opts }, inputs) => new TestProvider(name, inputs, optionsOf(opts)),
  read: ({ name, type = "test:index:Thing", id = null, opts }, inputs) =>
    new Thing(type, name, inputs, { ...optionsOf(opts), id: resolved(id) as pulumi.Input<pulumi.ID> }),
};

for (const { name, args, parent } of step.invokes ?? []) {
  const options = parent === undefined ? {} : { parent: named(parent) };
  const answer: Promise<{ result: string }> = pulumi.runtime.invoke("test:index:lookup", valuesOf(args), options);
  answers.set(name, pulumi.output(answer));
}
for (const declared of step.resources)
  resources.set(declared.name, makers[declared.kind ?? "custom"](declared, valuesOf(declared.inputs ?? {})));
if (step.throw !== undefined) throw new Error(step.throw);

export const result = valuesOf(step.outputs ?? {});
