/** What the monitor tells the SDK that it can do. What is not listed the SDK refuses itself, naming the feature. */
import protocol from "@pulumi/pulumi/proto/resource_pb.js";

const { ResourceMonitorFeature: feature } = protocol;

const supported = {
  secrets: feature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  outputValues: feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  aliasSpecs: feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  replaceWith: feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
};

export const features = Object.values(supported);
export const supports = (id: string): boolean => id in supported;
