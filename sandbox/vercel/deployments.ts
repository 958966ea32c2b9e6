/** Deployments, networks and container repositories. */
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { exactlyOne, length, matches } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { letters, newId, projectRow, projectType, row, text } from "./common.ts";
import facts from "./deployments.json" with { type: "json" };

function hostOf(inputs: PropertyMap, { world }: Surroundings): string {
  const project = world.get(projectType, text(inputs, "projectId"));
  return `${text(project?.outputs ?? {}, "name")}-${letters(9).toLowerCase()}.vercel.app`;
}

export const deployments: Service = {
  file: "sandbox/vercel/deployments.json",
  facts,
  behaviours: {
    "vercel:index/deployment:Deployment": projectRow({
      rules: [exactlyOne("files", "ref")],
      id: () => `dpl_${letters(28)}`,
      outputs(inputs, surroundings) {
        if (surroundings.old !== undefined) return {};
        const host = hostOf(inputs, surroundings);
        return { domains: [host], url: host, production: inputs.production ?? false, meta: inputs.meta ?? {} };
      },
    }),
    "vercel:index/network:Network": row({
      autoname: { property: "name", maxLength: 100 },
      rules: [
        length("name", 1, 100),
        matches("cidr", /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "must be an IPv4 range such as 10.0.0.0/16"),
        matches("region", /^[a-z]{3}\d$/, "must be a region of Vercel such as iad1"),
      ],
      id: () => newId("net"),
      outputs: (inputs, { old }) => ({
        awsAccountId: "000000000000",
        awsRegion: "us-east-1",
        awsAvailabilityZoneIds: inputs.awsAvailabilityZoneIds ?? ["use1-az1", "use1-az2"],
        egressIpAddresses: old?.egressIpAddresses ?? ["192.0.2.10", "192.0.2.11"],
        status: "ready",
        vpcId: old?.vpcId ?? `vpc-${letters(17).toLowerCase()}`,
      }),
    }),
    "vercel:index/vcrRepository:VcrRepository": projectRow({
      autoname: { property: "name", maxLength: 100 },
      rules: [matches("name", /^[a-z0-9][a-z0-9._/-]*$/, "has lower-case letters, digits and the characters . _ / -")],
      unique: (inputs) => [`container repository ${text(inputs, "projectId")} ${text(inputs, "name")}`],
      id: () => newId("vcr"),
      outputs: (inputs) => ({ url: `vcr.vercel.com/${text(inputs, "projectId")}/${text(inputs, "name")}` }),
    }),
  },
};
