import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectAddress } from "./s3-call.ts";

/** The upload that the parts belong to. */
export type Upload = ObjectAddress & { UploadId: string | undefined };

/**
 * One upload in parts: whole when `sendParts` has given all of them, otherwise taken back. Every part carries a CRC-32
 * that the storage compares. Returns the version of the object, if the bucket keeps versions.
 */
export async function inMultipart(
  client: S3Client,
  target: ObjectAddress,
  sendParts: (upload: Upload) => Promise<CompletedPart[]>,
): Promise<string | undefined> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: "CRC32" }));
  const upload = { ...target, UploadId };
  try {
    const Parts = await sendParts(upload);
    Parts.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    const { VersionId } = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    return VersionId;
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}
