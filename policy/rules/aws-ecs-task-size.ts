import { soc2 } from "../frameworks.ts";
import { list, number, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

/** CPU units to the least and most MiB, and the step. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const SIZES: Readonly<Record<number, readonly [number, number, number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

export const awsEcsTaskSize = resourceRule({
  name: "aws-ecs-task-size",
  title: "Fargate tasks have a size",
  description:
    "A Fargate task names CPU and memory in a combination that exists: the provider accepts a task without, and it never starts.",
  severity: "medium",
  frameworks: [soc2("A1.1")],
  remediation: "Set cpu and memory to a pair that Fargate offers.",
  link: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
  levels: everywhere("mandatory"),
  types: ["aws:ecs/taskDefinition:TaskDefinition"],
  check(task, context) {
    if (!list(task.props.requiresCompatibilities).includes("FARGATE")) return;
    const cpu = amount(task.props.cpu, "vcpu");
    const memory = amount(task.props.memory, "gb");
    if (cpu === undefined) context.report("cpu is not set");
    if (memory === undefined) context.report("memory is not set");
    if (cpu === undefined || memory === undefined) return;
    const size = SIZES[cpu];
    if (size === undefined) context.report(`cpu is ${cpu}, Fargate offers ${Object.keys(SIZES).join(", ")}`);
    else if (memory < size[0] || memory > size[1] || (memory % size[2] !== 0 && memory !== 512)) {
      context.report(
        `memory is ${memory}, with ${cpu} CPU units Fargate offers ${size[0]} to ${size[1]} MiB in steps of ${size[2]}`,
      );
    }
  },
});

/** ECS takes CPU units and MiB, and also `.25 vCPU` and `0.5 GB`. */
function amount(value: unknown, unit: "vcpu" | "gb"): number | undefined {
  const large = new RegExp(`^\\s*([\\d.]+)\\s*${unit}\\s*$`, "i").exec(text(value) ?? "");
  return large === null ? number(value) : Number(large[1]) * 1024;
}
