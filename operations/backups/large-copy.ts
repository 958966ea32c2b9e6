import { type CompletedPart, type S3Client, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { inMultipart } from "./multipart.ts";
import { copySource } from "./s3-call.ts";

export interface LargeCopy {
  bucket: string;
  from: string;
  to: string;
  bytes: number;
  partBytes: number;
}

/** S3 copies at most 5 GiB in one call; beyond that the parts of an upload are copied. Returns the version, if any. */
export async function copyLarge(client: S3Client, copy: LargeCopy): Promise<string | undefined> {
  return await inMultipart(client, { Bucket: copy.bucket, Key: copy.to }, async (upload) => {
    const parts: CompletedPart[] = [];
    for (let start = 0; start < copy.bytes; start += copy.partBytes) {
      const PartNumber = parts.length + 1;
      const end = Math.min(start + copy.partBytes, copy.bytes) - 1;
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber,
          CopySource: copySource(copy.bucket, copy.from),
          CopySourceRange: `bytes=${start}-${end}`,
        }),
      );
      parts.push({ ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32, PartNumber });
    }
    return parts;
  });
}
