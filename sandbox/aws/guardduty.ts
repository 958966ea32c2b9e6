/** GuardDuty. */
import type { Service } from "../package.ts";
import { arn, hex, row } from "./common.ts";
import facts from "./guardduty.json" with { type: "json" };

export const guardduty: Service = {
  file: "sandbox/aws/guardduty.json",
  facts,
  behaviours: {
    "aws:guardduty/detector:Detector": row({
      unique: (_, { account, region }) => [`detector ${account} ${region}`],
      taken: () => "BadRequestException: a detector already exists for the current account",
      id: () => hex(32),
      outputs: (inputs, surroundings, id) => ({
        accountId: surroundings.account,
        arn: arn(surroundings, "guardduty", `detector/${id}`),
        findingPublishingFrequency: inputs.findingPublishingFrequency ?? "SIX_HOURS",
      }),
    }),
  },
};
