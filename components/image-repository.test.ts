import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { ImageRepository } from "./image-repository.ts";

const declare = (keptImages?: number) =>
  record(() => {
    const kept = keptImages === undefined ? {} : { keptImages };
    new ImageRepository("helpdesk", { ownership, dataProtection: "protected", ...kept });
  });

test("a tag means one image for ever, and every image is scanned", async () => {
  expect((await declare()).only("aws:ecr/repository:Repository")).toMatchObject({
    protect: true,
    retainOnDelete: true,
    inputs: { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  });
});

test("has no way to be destroyed with images in it", async () => {
  expect((await declare()).only("aws:ecr/repository:Repository").inputs).not.toHaveProperty("forceDelete");
});

test("keeps 50 images to roll back to", async () => {
  const { policy } = (await declare()).only("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs;
  expect(JSON.parse(String(policy)).rules[1].selection).toEqual({
    tagStatus: "any",
    countType: "imageCountMoreThan",
    countNumber: 50,
  });
});

test("refuses to keep too few to roll back", async () => {
  await expect(declare(1)).rejects.toMatchObject({
    message: "helpdesk.keptImages: 1 images leave nothing to roll back to",
    exitCode: 2,
  });
});
