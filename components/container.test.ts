import { validateTaskSize } from "./container.ts";

test.each([
  [256, 512],
  [256, 1024],
  [256, 2048],
  [512, 4096],
  [1024, 8192],
  [4096, 30_720],
])("accepts %i CPU units with %i MiB", (cpu, memoryMib) => {
  expect(() => validateTaskSize("web", cpu, memoryMib)).not.toThrow();
});

test.each([
  [256, 1536],
  [256, 4096],
  [512, 512],
  [1024, 2500],
  [4096, 4096],
])("refuses %i CPU units with %i MiB, which Fargate does not offer", (cpu, memoryMib) => {
  expect(() => validateTaskSize("web", cpu, memoryMib)).toThrow(
    `web.memoryMib: Fargate offers no ${memoryMib} MiB with ${cpu} CPU units`,
  );
});

test("refuses a number of CPU units that Fargate does not offer", () => {
  expect(() => validateTaskSize("web", 300, 1024)).toThrow(
    expect.objectContaining({ message: "web.cpu: Fargate offers no 300 CPU units", exitCode: 2 }),
  );
});
