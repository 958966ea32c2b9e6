import { describeRule, resource } from "../testing.ts";
import { vercelReleaseStages } from "./vercel-release-stages.ts";

const stages = (...shares: number[]) => ({ set: { stages: shares.map((targetPercentage) => ({ targetPercentage })) } });

describeRule(vercelReleaseStages, {
  compliant: resource("vercel:index/projectRollingRelease:ProjectRollingRelease", "release", {
    stages: [{ targetPercentage: 5 }, { targetPercentage: 50 }, { targetPercentage: 100 }],
  }),
  mutations: {
    "refuses a share that falls, which the provider accepts": {
      ...stages(50, 5, 100),
      says: "stages[1] is 5 % after 50 %: stages must rise",
    },
    "refuses a share that stays": { ...stages(50, 50, 100), says: "stages[1] is 50 % after 50 %: stages must rise" },
    "refuses to end before everybody": { ...stages(5, 50), says: "the last stage is not 100 %" },
    "refuses no stages": { set: { stages: undefined }, says: "the last stage is not 100 %" },
  },
  unknown: ["stages.1.targetPercentage"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
