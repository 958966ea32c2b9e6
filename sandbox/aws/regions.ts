/** The regions of AWS as its SDK's endpoint tables list them, with their partitions. */

const regions = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
};

export interface Partition {
  id: keyof typeof regions;
  dnsSuffix: string;
}

const partitions = new Map(
  Object.entries(regions).flatMap(([id, names]) =>
    names.map((name): [string, Partition] => [
      name,
      { id: id as Partition["id"], dnsSuffix: id === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com" },
    ]),
  ),
);

export const isRegion = (name: string): boolean => partitions.has(name);

export function partitionOf(region: string): Partition {
  return partitions.get(region) ?? { id: "aws", dnsSuffix: "amazonaws.com" };
}

/** Route 53 hosted zones of S3 website endpoints and of load balancers; the common value of us-east-1 elsewhere. */
export const bucketZoneIds: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
};
