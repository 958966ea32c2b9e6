import { describeRule, resource } from "../testing.ts";
import { awsTagsRequired } from "./aws-tags-required.ts";

const provider = (props: object) => ({ type: "pulumi:providers:aws", urn: "urn:p", name: "aws", props: { ...props } });

describeRule(awsTagsRequired, {
  compliant: resource("aws:s3/bucket:Bucket", "pictures", { tags: { Environment: "production", Owner: "web" } }),
  mutations: {
    "accepts tags of the provider": {
      set: { tags: { Owner: "web" } },
      extra: { provider: provider({ defaultTags: { tags: { Environment: "production" } } }) },
      says: [],
    },
    "refuses no tags": { set: { tags: undefined }, says: "lacks the tags Environment, Owner" },
    "refuses an empty tag": { set: { "tags.Owner": "" }, says: "lacks the tag Owner" },
    "holds to the tags that are configured": {
      settings: { required: ["CostCenter"] },
      says: "lacks the tag CostCenter",
    },
    "accepts a tag whose value is not known yet": {
      set: { "tags.Owner": "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
  },
  unknown: ["tags"],
  elsewhere: { development: "advisory", staging: "advisory" },
});
