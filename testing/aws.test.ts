import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "./aws.ts";

describeWithAws("the test kit's AWS", () => {
  const aws = useAws();

  it("keeps an object that the ordinary SDK wrote", async () => {
    const s3 = new S3Client(aws().client);
    await s3.send(new CreateBucketCommand({ Bucket: "kept" }));
    await s3.send(new PutObjectCommand({ Bucket: "kept", Key: "a/b", Body: "content" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "kept", Key: "a/b" }));
    expect(await Body?.transformToString()).toBe("content");
    s3.destroy();
  });
});
