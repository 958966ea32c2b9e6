import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";

export interface LargeCopy {
  bucket: string;
  from: string;
  to: string;
  bytes: number;
  partBytes: number;
}

/** S3 copies at most 5 GiB in one call; beyond that the parts of an upload are copied. Returns the version, if any. */
export async function copyLarge(client: S3Client, copy: LargeCopy): Promise<string | undefined> {
  const target = { Bucket: copy.bucket, Key: copy.to };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  try {
    const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
    for (let start = 0; start < copy.bytes; start += copy.partBytes) {
      const PartNumber = Parts.length + 1;
      const end = Math.min(start + copy.partBytes, copy.bytes) - 1;
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({
          ...target,
          UploadId,
          PartNumber,
          CopySource: `${copy.bucket}/${copy.from.split("/").map(encodeURIComponent).join("/")}`,
          CopySourceRange: `bytes=${start}-${end}`,
        }),
      );
      Parts.push({ ETag: CopyPartResult?.ETag, PartNumber });
    }
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
    return done.VersionId;
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}
