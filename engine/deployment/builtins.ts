/** The provider of package `pulumi`: what the SDK asks the engine about its own resources. */
import type { Provider } from "../provider.ts";
import type { PropertyMap } from "../values.ts";
import type { Deployment } from "./deployment.ts";
import { outputsOf } from "./resource-state.ts";
import { unsupported } from "./unsupported.ts";

const GET_RESOURCE = "pulumi:pulumi:getResource";

export function builtinProvider(deployment: Deployment): Provider {
  const refuse = (): never => {
    throw unsupported("resources of package pulumi (stack references, stashes)");
  };
  return {
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: async () => ({ changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false }),
    configure: async () => {},
    check: async () => refuse(),
    diff: async () => refuse(),
    create: async () => refuse(),
    read: async () => refuse(),
    update: async () => refuse(),
    delete: async () => refuse(),
    invoke: async ({ token, args }) => {
      if (token !== GET_RESOURCE) throw unsupported(`the function ${token}`);
      return { result: resourceState(deployment, String(args.urn)), failures: [] };
    },
    cancel: async () => {},
    close: async () => {},
  };
}

function resourceState({ news, reads }: Deployment, urn: string): PropertyMap {
  const state = news.get(urn) ?? reads.get(urn);
  if (state === undefined) throw new Error(`unknown resource ${urn}`);
  return { urn, id: state.id ?? "", provider: state.provider ?? "", state: outputsOf(state) };
}
