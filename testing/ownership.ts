/** An owner for components under test. */
export const ownership = {
  environment: "test",
  product: "platform",
  owner: "platform-team",
  costCenter: "CC-100",
  dataClassification: "confidential",
} as const;
