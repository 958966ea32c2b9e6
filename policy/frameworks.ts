/** Controls that rules serve, by framework and version. */
import type { Framework } from "./rule.ts";

/** CIS Amazon Web Services Foundations Benchmark. */
export const cis = (reference: string): Framework => ({ name: "CIS AWS", version: "3.0.0", reference });
/** Trust services criteria. */
export const soc2 = (reference: string): Framework => ({ name: "SOC 2", version: "2017", reference });
export const pci = (reference: string): Framework => ({ name: "PCI DSS", version: "4.0.1", reference });
export const gdpr = (reference: string): Framework => ({ name: "GDPR", version: "2016/679", reference });
/** Security Rule, 45 CFR part 164 subpart C. */
export const hipaa = (reference: string): Framework => ({ name: "HIPAA", version: "2013", reference });
