import { bucket } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3ForceDestroy } from "./aws-s3-force-destroy.ts";

describeRule(awsS3ForceDestroy, {
  compliant: bucket,
  mutations: {
    "accepts the default": { set: { forceDestroy: undefined }, says: [] },
    "accepts a switch that is off": { set: { forceDestroy: false }, says: [] },
    "refuses forceDestroy": { set: { forceDestroy: true }, says: "has forceDestroy, so its objects go with it" },
    "refuses it as a text": { set: { forceDestroy: "true" }, says: "has forceDestroy, so its objects go with it" },
  },
  unknown: ["forceDestroy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
