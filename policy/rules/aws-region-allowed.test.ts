import { describeRule, resource } from "../testing.ts";
import { awsRegionAllowed } from "./aws-region-allowed.ts";

const provider = { type: "pulumi:providers:aws", urn: "urn:p", name: "aws", props: { region: "eu-west-1" } };

describeRule(awsRegionAllowed, {
  compliant: resource("aws:s3/bucket:Bucket", "pictures", { region: "us-east-1" }),
  settings: { regions: ["us-east-1", "us-west-2"] },
  mutations: {
    "refuses another region": {
      set: { region: "eu-west-1" },
      says: "stands in eu-west-1, allowed is us-east-1, us-west-2",
    },
    "refuses the provider's region": {
      set: { region: undefined },
      extra: { provider },
      says: "stands in eu-west-1, allowed is us-east-1, us-west-2",
    },
    "accepts a resource that names none": { set: { region: undefined }, says: [] },
    "accepts every region when none is configured": {
      set: { region: "eu-west-1" },
      settings: { regions: [] },
      says: [],
    },
  },
  unknown: ["region"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
