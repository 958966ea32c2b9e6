import * as pulumi from "@pulumi/pulumi";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string | readonly string[]> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;
}

/** An IAM policy as JSON; known at preview whenever its statements are, so that policies can judge it. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** A trust policy for one AWS service, which must act for this account: no confused deputy. */
export function trustService(service: string, accountId: string): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "TrustService",
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ]);
}

/** Refuses every request to the bucket that does not come over TLS 1.2 or newer. */
export function tlsOnly(bucketArn: string): readonly Statement[] {
  const Resource = [bucketArn, `${bucketArn}/*`];
  return [
    {
      Sid: "RefusePlainTransport",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "RefuseOldTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource,
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    },
  ];
}
