import { soc2 } from "../frameworks.ts";
import { document, list, map, text } from "../properties.ts";
import { resourceRule } from "../rule.ts";

export const awsEcsImageDigest = resourceRule({
  name: "aws-ecs-image-digest",
  title: "What was tested is what runs",
  description:
    "Outside development every container image is pinned by digest: a tag can point to another image tomorrow.",
  severity: "high",
  frameworks: [soc2("CC8.1")],
  remediation: "Write the image as <repository>@sha256:<digest>.",
  link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  levels: { development: "disabled", staging: "mandatory", production: "mandatory" },
  types: ["aws:ecs/taskDefinition:TaskDefinition"],
  check(task, context) {
    for (const container of list(document(task.props.containerDefinitions)).map(map)) {
      const image = text(container.image) ?? "";
      if (!/@sha256:[0-9a-f]{64}$/.test(image)) {
        context.report(
          `container ${text(container.name) ?? "?"} runs ${image === "" ? "no image" : image}, which is not pinned by digest`,
        );
      }
    }
  },
});
