import { certificateCheck } from "../verification/certificate.ts";
import { declaredEndpoints } from "./endpoints.ts";
import type { Job } from "./job.ts";

const FEWEST_DAYS = 30;

export const monthlyCertificateCheck: Job = {
  name: "monthly-certificate-check",
  summary: `every certificate is trusted and lasts ${FEWEST_DAYS} more days`,
  checks: ({ settings, now }) =>
    declaredEndpoints(settings, (host) => certificateCheck(host, {}, FEWEST_DAYS, () => now().getTime())),
};
