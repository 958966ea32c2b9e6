import { S3ServiceException } from "@aws-sdk/client-s3";
import { messageOf, OperationFailure } from "../failure.ts";

/** One object of one bucket, as every command of the SDK takes it. */
export interface ObjectAddress {
  Bucket: string;
  Key: string;
  VersionId?: string;
}

/** How a copy names its source. */
export function copySource(bucket: string, key: string): string {
  return `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

const ABSENT = new Set([
  "NoSuchKey",
  "NotFound",
  "NoSuchVersion",
  "NoSuchUpload",
  "NoSuchObjectLockConfiguration",
  "ObjectLockConfigurationNotFoundError",
]);

/** A bucket without object lock answers the question for a lock with a general error. */
function isAbsence({ name, message }: S3ServiceException): boolean {
  return ABSENT.has(name) || (name === "InvalidRequest" && message.includes("Object Lock Configuration"));
}

export async function absentAsUndefined<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
  return await explain(what, async () => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof S3ServiceException && isAbsence(error)) return undefined;
      throw error;
    }
  });
}

/** Says what was being done when the storage failed. */
export async function explain<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof OperationFailure) throw error;
    const name = error instanceof S3ServiceException ? `${error.name}: ` : "";
    throw new OperationFailure(`${what} failed: ${name}${messageOf(error)}`, { cause: error });
  }
}
