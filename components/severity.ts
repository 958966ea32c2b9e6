export const severities = ["critical", "warning", "info"] as const;

/** `critical`: somebody gets up at night. `warning`: somebody looks today. `info`: somebody may want to know. */
export type Severity = (typeof severities)[number];
