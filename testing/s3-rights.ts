/** Amazon's rules for S3, as far as our roles use them: which rights a call needs, and whether a role's policy gives them. */
import type { S3Client } from "@aws-sdk/client-s3";

export interface S3Right {
  /** @example "s3:GetObject" */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

export interface AllowingStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface Call {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly CopySource?: string;
}

const onBucket: Readonly<Record<string, string>> = {
  ListObjectsV2Command: "s3:ListBucket",
  ListMultipartUploadsCommand: "s3:ListBucketMultipartUploads",
};
const onObject: Readonly<Record<string, string>> = {
  PutObjectCommand: "s3:PutObject",
  CreateMultipartUploadCommand: "s3:PutObject",
  UploadPartCommand: "s3:PutObject",
  UploadPartCopyCommand: "s3:PutObject",
  CompleteMultipartUploadCommand: "s3:PutObject",
  CopyObjectCommand: "s3:PutObject",
  AbortMultipartUploadCommand: "s3:AbortMultipartUpload",
  PutObjectRetentionCommand: "s3:PutObjectRetention",
  GetObjectRetentionCommand: "s3:GetObjectRetention",
};
/** These ask for another right when they name a version. */
const onVersion: Readonly<Record<string, string>> = {
  GetObjectCommand: "s3:GetObject",
  HeadObjectCommand: "s3:GetObject",
  DeleteObjectCommand: "s3:DeleteObject",
};

/** @throws Error for a call whose rights nobody has written down here */
export function rightsOf(command: string, { Bucket = "", CopySource, Key = "", VersionId }: Call): S3Right[] {
  const bucket = `arn:aws:s3:::${Bucket}`;
  const resource = `${bucket}/${Key}`;
  const listing = onBucket[command];
  if (listing !== undefined) return [{ action: listing, resource: bucket }];
  const versioned = onVersion[command];
  if (versioned !== undefined)
    return [{ action: VersionId === undefined ? versioned : `${versioned}Version`, resource }];
  const action = onObject[command];
  if (action === undefined) throw new Error(`nobody has written down which rights ${command} needs`);
  const source = CopySource === undefined ? [] : [`arn:aws:s3:::${decodeURIComponent(CopySource)}`];
  return [{ action, resource }, ...source.map((from) => ({ action: "s3:GetObject", resource: from }))];
}

/** Whether a role may: its policies only allow, so one statement that matches is enough. */
export function isAllowed(statements: readonly AllowingStatement[], right: S3Right): boolean {
  return statements.some((statement) => [statement.Action].flat().some((action) => gives(statement, action, right)));
}

/** Whether this action of this statement gives that right. */
export function gives({ Effect, Resource }: AllowingStatement, action: string, right: S3Right): boolean {
  return Effect === "Allow" && action === right.action && [Resource].flat().some((pattern) => matches(pattern, right));
}

function matches(pattern: string, { resource }: S3Right): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(resource);
}

/**
 * Makes a client refuse, as S3 would, what a role may not do.
 *
 * @returns the rights that were asked for, filled as the client works
 */
export function actAs(client: S3Client, statements: readonly AllowingStatement[]): S3Right[] {
  const used: S3Right[] = [];
  client.middlewareStack.add(
    (next, context) => async (call) => {
      for (const right of rightsOf(context.commandName ?? "", call.input as Call)) {
        used.push(right);
        if (!isAllowed(statements, right)) throw new Error(`AccessDenied: ${right.action} on ${right.resource}`);
      }
      return await next(call);
    },
    { step: "initialize", name: "actAs" },
  );
  return used;
}
