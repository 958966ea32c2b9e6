/**
 * Programs as others write them: right ones, that no rule may refuse, and wrong ones in other words than ours. They are
 * judged by the whole pack as it is shipped, as a project that its configuration does not name.
 */
import { checkRecord, type Finding, refusing, shippedPack } from "./check.ts";
import type { Subject } from "./subject.ts";
import { resource, STACK_URN } from "./testing.ts";
import { guarded } from "./unknown.ts";

const now = new Date("2026-11-21T12:00:00Z");
const root: Subject = { ...resource("pulumi:pulumi:Stack", "shop-production", {}), urn: STACK_URN };

function findings(resources: readonly Subject[]): Finding[] {
  const seen = [root, ...resources].map((subject) => ({ ...subject, props: guarded(subject.props) }));
  const record = { goals: seen, results: seen, before: [], steps: [], sources: new Map(), partial: false };
  return checkRecord(record, shippedPack(), now).findings;
}

const json = (value: unknown): string => JSON.stringify(value);
const named = (name: string, props: object) =>
  resource("aws:s3/bucket:Bucket", name, { id: name, bucket: name, ...props });
const ofBucket = (type: string, bucket: string, props: object) => resource(type, bucket, { bucket, ...props });
const CLOSED = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const closed = (bucket: string) => ofBucket("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket, CLOSED);
const policyOf = (bucket: string, policy: unknown) =>
  ofBucket("aws:s3/bucketPolicy:BucketPolicy", bucket, { policy: typeof policy === "string" ? policy : json(policy) });
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::x", "arn:aws:s3:::x/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const role = (name: string, statement: object, more: object = {}) =>
  resource("aws:iam/role:Role", name, {
    assumeRolePolicy: json({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
    ...more,
  });
const rolePolicy = (name: string, ...statements: object[]) =>
  resource("aws:iam/rolePolicy:RolePolicy", name, { policy: json({ Version: "2012-10-17", Statement: statements }) });
const webIdentity = (provider: string, sub: string) =>
  role("pipeline", {
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${provider}:aud`]: "sts.amazonaws.com", [`${provider}:sub`]: sub } },
  });
const project = resource("vercel:index/project:Project", "web", { id: "prj_9", name: "web", framework: "nextjs" });
const route = (name: string, route: object, more: object = {}) =>
  resource("vercel:index/projectRoute:ProjectRoute", name, {
    projectId: "prj_9",
    name,
    position: { placement: "end" },
    route,
    ...more,
  });
const BASE = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
  "X-Content-Type-Options": "nosniff",
};
const REST = "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; report-to csp";
const withCsp = (policy: string) => [
  project,
  route("all", { src: "/(.*)", headers: { ...BASE, "Content-Security-Policy": `${policy}${REST}` } }),
];
const variable = (key: string, value: string, more: object = {}) =>
  resource("vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", key, {
    projectId: "prj_9",
    key,
    value,
    targets: ["production", "preview"],
    ...more,
  });
const container = (more: object) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
    family: "task",
    requiresCompatibilities: ["FARGATE"],
    cpu: "0.25 vCPU",
    memory: "0.5 GB",
    containerDefinitions: json([{ name: "app", image: `public.ecr.aws/x/app@sha256:${"0f".repeat(32)}`, ...more }]),
  });
// Put together here, so that no scanner takes the tests for leaks.
const token = ["eyJhbGciOiJIUzI1NiJ9", "eyJyb2xlIjoiYW5vbiJ9", "c2lnbmF0dXJlLW9mLWl0"].join(".");
const awsKey = `AKIA${"Q7".repeat(8)}`;

const right: Record<string, readonly Subject[]> = {
  "a bucket of an older program with everything inline": [
    named("nightly-backups", {
      versioning: { enabled: true },
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/backups" } },
      },
      lifecycleRules: [{ id: "old", enabled: true, expiration: { days: 365 } }],
      objectLockConfiguration: {
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 35 } },
      },
      replicationConfiguration: { role: "arn:aws:iam::1:role/r", rules: [{ id: "all", status: "Enabled" }] },
    }),
    closed("nightly-backups"),
    policyOf("nightly-backups", { Statement: TLS_ONLY }),
  ],
  "a bucket whose parts are resources of the older names": [
    resource("aws:s3/bucketV2:BucketV2", "assets", { id: "assets", bucket: "assets" }),
    ofBucket("aws:s3/bucketVersioningV2:BucketVersioningV2", "assets", {
      versioningConfiguration: { status: "Suspended" },
    }),
    closed("assets"),
    ofBucket("aws:s3/bucketAclV2:BucketAclV2", "assets", { acl: "private" }),
    policyOf("assets", { Statement: [TLS_ONLY] }),
  ],
  "a policy in other spellings, with a second denial for old TLS": [
    named("spelled", {}),
    closed("spelled"),
    policyOf("spelled", {
      Statement: [
        {
          ...TLS_ONLY,
          Principal: { AWS: "*" },
          Action: ["*"],
          Condition: { Bool: { "AWS:secureTransport": [false] } },
        },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } },
        },
      ],
    }),
  ],
  "a website of S3 behind CloudFront, which S3 serves over HTTP alone": [
    resource("aws:cloudfront/distribution:Distribution", "site", {
      viewerCertificate: {
        acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2019",
      },
      defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
      origins: [
        {
          originId: "website",
          customOriginConfig: { originProtocolPolicy: "http-only", originSslProtocols: ["TLSv1", "TLSv1.1"] },
        },
      ],
    }),
  ],
  "a bucket behind CloudFront, by origin access control and by the older identity": [
    named("site", {}),
    closed("site"),
    policyOf("site", {
      Statement: [
        TLS_ONLY,
        {
          Effect: "Allow",
          Principal: { Service: "cloudfront.amazonaws.com" },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::site/*",
          Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::1:distribution/E1" } },
        },
        {
          Effect: "Allow",
          Principal: { CanonicalUser: "a1b2" },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::site/*",
        },
      ],
    }),
  ],
  "a bucket for the organisation": [
    named("shared", {}),
    closed("shared"),
    policyOf("shared", {
      Statement: [
        TLS_ONLY,
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::shared/*",
          Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1/r-b2/*" } },
        },
      ],
    }),
  ],
  "a pipeline's role of GitHub, by branch": [
    webIdentity("token.actions.githubusercontent.com", "repo:acme/shop:ref:refs/heads/main"),
  ],
  "a pipeline's role of GitLab": [webIdentity("gitlab.com", "project_path:acme/shop:ref_type:branch:ref:main")],
  "a pipeline's role of Pulumi Deployments": [
    webIdentity(
      "api.pulumi.com/oidc",
      "pulumi:deploy:org:acme:project:shop:stack:production:operation:update:scope:write",
    ),
  ],
  "a service account of Kubernetes": [
    webIdentity("oidc.eks.eu-west-1.amazonaws.com/id/A1B2", "system:serviceaccount:web:api"),
  ],
  "users of a Cognito identity pool": [
    role("users", {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-1:1a2b" },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
      },
    }),
  ],
  "a function with the rights that AWS's examples give it": [
    role("function", { Principal: { Service: ["lambda.amazonaws.com"] }, Action: "sts:AssumeRole" }),
    rolePolicy(
      "logs",
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*",
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "cloudwatch:PutMetricData", "ec2:Describe*"],
        Resource: "*",
      },
      { Effect: "Allow", Action: "dynamodb:*", Resource: "arn:aws:dynamodb:eu-west-1:1:table/orders" },
    ),
    resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "basic", {
      role: "function",
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    }),
  ],
  "a key with the account as its administrator": [
    resource("aws:kms/key:Key", "data", {
      enableKeyRotation: true,
      policy: json({
        Statement: [
          { Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" }, Action: "kms:*", Resource: "*" },
          {
            Effect: "Allow",
            Principal: { AWS: "*" },
            Action: ["kms:Decrypt"],
            Resource: "*",
            Condition: {
              StringEquals: { "kms:CallerAccount": "1", "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
            },
          },
        ],
      }),
    }),
  ],
  "a topic with the policy that AWS gives it": [
    resource("aws:sns/topic:Topic", "events", {
      policy: json({
        Statement: [
          {
            Sid: "__default_statement_ID",
            Effect: "Allow",
            Principal: { AWS: "*" },
            Action: ["SNS:Publish"],
            Resource: "arn:aws:sns:eu-west-1:1:events",
            Condition: { StringEquals: { "AWS:SourceOwner": "1" } },
          },
        ],
      }),
    }),
    resource("aws:sqs/queuePolicy:QueuePolicy", "events", {
      policy: json({
        Statement: {
          Effect: "Allow",
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:eu-west-1:1:events",
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:1:events" } },
        },
      }),
    }),
  ],
  "groups of a web server and of a bastion": [
    resource("aws:ec2/securityGroup:SecurityGroup", "web", {
      ingress: [
        { protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
        { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
        { protocol: "icmp", fromPort: 8, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
        { protocol: "-1", fromPort: 0, toPort: 0, self: true },
      ],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    }),
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", "bastion", {
      type: "ingress",
      protocol: "tcp",
      fromPort: 22,
      toPort: 22,
      cidrBlocks: ["203.0.113.7/32", "10.0.0.0/8"],
    }),
    resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "peer", {
      ipProtocol: "tcp",
      fromPort: 8080,
      toPort: 8090,
      referencedSecurityGroupId: "sg-1",
    }),
  ],
  "a database with a replica that has its source's settings": [
    resource("aws:rds/instance:Instance", "orders", {
      engine: "postgres",
      storageEncrypted: true,
      backupRetentionPeriod: 7,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "orders-last",
      manageMasterUserPassword: true,
    }),
    resource("aws:rds/instance:Instance", "orders-reader", { replicateSourceDb: "orders", skipFinalSnapshot: true }),
  ],
  "Redis in cluster mode with users instead of a token": [
    resource("aws:elasticache/replicationGroup:ReplicationGroup", "sessions", {
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      userGroupIds: ["sessions"],
      numNodeGroups: 3,
      replicasPerNodeGroup: 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
    }),
  ],
  "listeners that redirect, refuse, end TLS, and pass TCP on": [
    resource("aws:lb/listener:Listener", "plain", {
      protocol: "HTTP",
      port: 80,
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    }),
    resource("aws:alb/listener:Listener", "refusing", {
      defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }],
    }),
    resource("aws:lb/listener:Listener", "tls", {
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      certificateArn: "arn:aws:acm:eu-west-1:1:certificate/x",
    }),
    resource("aws:lb/listener:Listener", "tcp", { protocol: "TCP", port: 5432 }),
  ],
  "a container by digest whose secrets are references": [
    container({
      environment: [
        { name: "SECRET_NAME", value: "prod/shop/db-a1B2c3d4e5" },
        { name: "TOKEN_AUDIENCE", value: "api-1a2b3c4d5e6f7a8b" },
      ],
      secrets: [{ name: "API_TOKEN", valueFrom: "arn:aws:secretsmanager:eu-west-1:1:secret:shop-a1B2c3" }],
    }),
  ],
  "services on machines, as a daemon, on Spot, and by CodeDeploy": [
    resource("aws:ecs/service:Service", "agent", {
      launchType: "EC2",
      schedulingStrategy: "DAEMON",
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
    }),
    resource("aws:ecs/service:Service", "spot", {
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    }),
    resource("aws:ecs/service:Service", "green", {
      launchType: "FARGATE",
      deploymentController: { type: "CODE_DEPLOY" },
    }),
  ],
  "alarms of other kinds": [
    resource("aws:cloudwatch/metricAlarm:MetricAlarm", "odd", {
      name: "odd",
      alarmDescription: "Traffic is not what it was last week.",
      comparisonOperator: "LessThanLowerThreshold",
      evaluationPeriods: 2,
      thresholdMetricId: "e1",
      alarmActions: ["arn:aws:sns:eu-west-1:1:ops"],
      metricQueries: [{ id: "e1", expression: "ANOMALY_DETECTION_BAND(m1)" }, { id: "m1" }],
    }),
    resource("aws:cloudwatch/metricAlarm:MetricAlarm", "tail", {
      name: "tail",
      namespace: "AWS/ApplicationELB",
      metricName: "TargetResponseTime",
      extendedStatistic: "p99",
      period: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: 1.5,
      alarmActions: ["arn:aws:sns:eu-west-1:1:ops"],
    }),
    resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", "both", {
      alarmName: "both",
      alarmRule: 'ALARM("odd") AND NOT (OK("tail") OR INSUFFICIENT_DATA("tail"))',
      alarmActions: ["arn:aws:sns:eu-west-1:1:ops"],
    }),
  ],
  "schedules of every form": [
    ...[
      "rate(5 minutes)",
      "cron(0/15 8-17 ? * MON-FRI *)",
      "cron(0 18 L * ? *)",
      "cron(30 6 ? * 2#1 *)",
      "cron(0 10 1,15 JAN-JUN ? 2026-2030)",
    ].map((scheduleExpression, index) =>
      resource("aws:cloudwatch/eventRule:EventRule", `rule-${index}`, { scheduleExpression }),
    ),
    resource("aws:scheduler/schedule:Schedule", "once", {
      scheduleExpression: "at(2027-01-01T00:00:00)",
      scheduleExpressionTimezone: "Europe/Berlin",
      flexibleTimeWindow: { mode: "OFF" },
    }),
    resource("aws:cloudwatch/eventRule:EventRule", "pattern", { eventPattern: json({ source: ["aws.ec2"] }) }),
  ],
  "texts that are long and no secrets": [
    resource("aws:route53/record:Record", "txt", {
      name: "shop.test",
      type: "TXT",
      records: [
        "v=spf1 include:_spf.shop.test -all",
        "google-site-verification=Zr7Tb4Vn1-9f8Xk2Lq0Zr7Tb4Vn1x9f8Xk2Lq0Zr7T",
        `v=DKIM1; k=rsa; p=${"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB".repeat(3)}`,
      ],
    }),
    resource("aws:ec2/keyPair:KeyPair", "deploy", { publicKey: `ssh-ed25519 ${"AAAAC3NzaC1lZDI1".repeat(4)} deploy` }),
    resource("aws:cognito/userPool:UserPool", "users", {
      passwordPolicy: { minimumLength: 12, temporaryPasswordValidityDays: 7 },
      accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
    }),
  ],
  "an app whose headers are its own (next.config, middleware)": [project],
  "an app with a policy by hashes": withCsp(
    "default-src 'self'; script-src 'self' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='",
  ),
  "an app with a strict policy and what old browsers need beside it": withCsp(
    "default-src 'self'; script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'strict-dynamic' https: 'unsafe-inline'",
  ),
  "an app that names every host": withCsp(
    "default-src 'none'; script-src 'self' https://js.stripe.com; style-src 'self' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'unsafe-inline'; img-src 'self' blob: https://images.shop.test; connect-src 'self' https://api.shop.test wss://live.shop.test; font-src 'self'; frame-src https://js.stripe.com",
  ),
  "headers by transforms, in rules of their own, in lower case, in Vercel's path syntax": [
    project,
    route(
      "csp",
      {
        src: "/:path*",
        transforms: [
          {
            type: "response.headers",
            op: "set",
            target: "content-security-policy",
            args: `default-src 'self'${REST}`,
          },
        ],
      },
      { srcSyntax: "path-to-regexp" },
    ),
    route("rest", { src: "^/.*$", headers: { ...BASE, "x-frame-options": "SAMEORIGIN" } }),
    route("api", { src: "^/api/(?!health).*$", headers: { "cache-control": "private, max-age=0, must-revalidate" } }),
  ],
  "variables whose names only speak of secrets, and public ones that are meant to be public": [
    project,
    variable("TOKEN_TTL_SECONDS", "3600"),
    variable("PASSWORD_RESET_URL", "https://shop.test/reset"),
    variable("JWT_ISSUER", "https://auth.shop.test/"),
    variable("DATABASE_NAME", "shop", { targets: ["production", "preview", "development"] }),
    variable("NEXT_PUBLIC_SUPABASE_ANON_KEY", token),
    variable("NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY", `pk_live_${"a1".repeat(12)}`),
    variable("NEXT_PUBLIC_FIREBASE_API_KEY", `AIza${"Sy0".repeat(11)}ab`),
    variable("NEXT_PUBLIC_SENTRY_DSN", "https://1a2b3c4d5e6f7a8b9c0d@o1.ingest.sentry.io/2"),
  ],
  "a database on this machine without TLS, and a role that logs in by IAM": [
    resource("pulumi:providers:postgresql", "local", { host: "localhost", sslmode: "disable" }),
    resource("postgresql:index/role:Role", "app", {
      name: "app",
      login: true,
      roles: ["rds_iam"],
      connectionLimit: 20,
    }),
  ],
  "small helpers of other packages": [
    resource("random:index/randomPet:RandomPet", "pet", { length: 2 }),
    resource("tls:index/privateKey:PrivateKey", "key", { algorithm: "ED25519" }),
    resource("command:local:Command", "build", { create: "npm run build" }),
    resource("kubernetes:apps/v1:Deployment", "web", { spec: { replicas: 2 } }),
  ],
};

/** What only advises, since another program may choose otherwise. */
const CHOICES = new Set(
  shippedPack()
    .rules.filter(({ levels }) => levels.production === "advisory")
    .map(({ name }) => name),
);

describe("nothing right is refused", () => {
  test.each(Object.entries(right))("%s", (_, resources) => {
    const found = findings(resources);
    expect(refusing(found).map(({ message, rule }) => `${rule}: ${message}`)).toEqual([]);
    expect(found.filter(({ result }) => result === "broken")).toEqual([]);
    expect(found.filter(({ rule }) => !CHOICES.has(rule)).map(({ message, rule }) => `${rule}: ${message}`)).toEqual(
      [],
    );
  });
});

const wrong: Record<string, readonly [resources: readonly Subject[], rule: string, message: string | RegExp]> = {
  "a bucket opened by a website's policy": [
    [
      named("www", {}),
      closed("www"),
      policyOf("www", {
        Statement: [TLS_ONLY, { Effect: "Allow", Principal: { AWS: ["*"] }, Action: "s3:Get*", Resource: "*" }],
      }),
    ],
    "aws-s3-tls-only",
    "has a policy whose statement 2 allows everybody",
  ],
  "a bucket opened to everybody but some addresses": [
    [
      named("www", {}),
      closed("www"),
      policyOf("www", {
        Statement: [
          TLS_ONLY,
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "*",
            Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
          },
        ],
      }),
    ],
    "aws-s3-tls-only",
    /except what a condition excludes/,
  ],
  "a bucket opened by grants": [
    [
      named("old", {
        grants: [{ uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers", permissions: ["READ"] }],
      }),
    ],
    "aws-s3-acl",
    "grants rights to AuthenticatedUsers",
  ],
  "a denial of plain text that spares somebody": [
    [
      named("spared", {}),
      closed("spared"),
      policyOf("spared", {
        Statement: {
          ...TLS_ONLY,
          Condition: { Bool: { "aws:SecureTransport": "false" }, StringNotEquals: { "aws:PrincipalArn": "arn:x" } },
        },
      }),
    ],
    "aws-s3-tls-only",
    "has a policy that does not deny requests without TLS",
  ],
  "remote desktops for the world, by a rule of the older type": [
    [
      resource("aws:ec2/securityGroupRule:SecurityGroupRule", "rdp", {
        type: "ingress",
        protocol: "6",
        fromPort: 3389,
        toPort: 3389,
        ipv6CidrBlocks: ["::/0"],
      }),
    ],
    "aws-ec2-ingress",
    "port 3389 can be reached from ::/0",
  ],
  "an administrator by attachment": [
    [
      resource("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "ops", {
        policyArn: "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
      }),
    ],
    "aws-iam-star-on-star",
    "attaches AdministratorAccess",
  ],
  "a right that is everything, in another spelling": [
    [rolePolicy("all", { Effect: "ALLOW", Action: "*:*", Resource: ["arn:aws:s3:::x", "*"] })],
    "aws-iam-star-on-star",
    "statement 1 allows *:* on every resource",
  ],
  "a pipeline's role for every repository of an owner": [
    [webIdentity("token.actions.githubusercontent.com", "repo:acme/*")],
    "aws-iam-oidc-bound",
    /takes the subject repo:acme\/\*, which is not one repository/,
  ],
  "a pipeline's role whose subject is not asked for": [
    [
      role("any", {
        Principal: { Federated: "arn:aws:iam::1:oidc-provider/gitlab.com" },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: { StringEquals: { "gitlab.com:aud": "https://gitlab.com" } },
      }),
    ],
    "aws-iam-oidc-bound",
    "statement 1 takes any subject (no condition on sub)",
  ],
  "a role for everybody in every account": [
    [role("open", { Principal: { AWS: "arn:aws:iam::*:root" }, Action: "sts:AssumeRole" })],
    "aws-iam-role-trust",
    "statement 1 allows everybody",
  ],
  "a key in a function's environment": [
    [resource("aws:lambda/function:Function", "f", { environment: { variables: { AWS_KEY: awsKey } } })],
    "pulumi-inputs-plain-secret",
    "environment.variables.AWS_KEY holds an AWS access key and is not secret",
  ],
  "a key in a machine's start script": [
    [
      resource("aws:ec2/instance:Instance", "i", {
        userDataBase64: Buffer.from(`#!/bin/sh\nexport KEY=${awsKey}\n`).toString("base64"),
      }),
    ],
    "pulumi-inputs-plain-secret",
    "userDataBase64 holds an AWS access key in base64 and is not secret",
  ],
  "a key in a container's environment": [
    [container({ environment: [{ name: "X", value: awsKey }] })],
    "pulumi-inputs-plain-secret",
    "containerDefinitions holds an AWS access key and is not secret",
  ],
  "an AWS key under a name that is public by design": [
    [project, variable("NEXT_PUBLIC_MAPS_API_KEY", awsKey)],
    "vercel-variable-public-secret",
    "value of NEXT_PUBLIC_MAPS_API_KEY is public and holds an AWS access key",
  ],
  "a secret among bulk variables": [
    [
      resource("vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables", "bulk", {
        projectId: "prj_9",
        variables: [{ key: "STRIPE_SECRET_KEY", value: "x", targets: ["production"] }],
      }),
    ],
    "vercel-variable-sensitive",
    "variables[0].STRIPE_SECRET_KEY is named like a secret and is not sensitive",
  ],
  "a policy that lets everything in, in lower case by a transform": [
    [
      project,
      route("all", { src: "^/(.*)$", headers: BASE }),
      route("csp", {
        src: "^/(.*)$",
        transforms: [
          { type: "response.headers", op: "set", target: "content-security-policy", args: `default-src *${REST}` },
        ],
      }),
    ],
    "vercel-headers-csp-strength",
    /default-src \*: /,
  ],
  "a policy whose hash does not cover the eval beside it": [
    withCsp(
      "default-src 'self'; script-src 'strict-dynamic' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'unsafe-eval'",
    ),
    "vercel-headers-csp-strength",
    /'unsafe-eval'/,
  ],
  "an API's answers in a shared cache": [
    [project, route("api", { src: "/api/(.*)", headers: { "CDN-Cache-Control": "max-age=600" } })],
    "vercel-headers-private-cache",
    /^cdn-cache-control max-age=600 lets a shared cache keep an API's answer/,
  ],
  "a database of an older program in the open": [
    [
      resource("aws:rds/instance:Instance", "mysql", {
        engine: "mysql",
        publiclyAccessible: true,
        storageEncrypted: true,
      }),
    ],
    "aws-rds-private",
    "publiclyAccessible is true",
  ],
  "a cluster without encryption": [
    [resource("aws:rds/cluster:Cluster", "aurora", { engine: "aurora-mysql" })],
    "aws-rds-encryption",
    "storageEncrypted is not true",
  ],
  "a listener with yesterday's TLS": [
    [
      resource("aws:alb/listener:Listener", "tls", {
        protocol: "TLS",
        sslPolicy: "ELBSecurityPolicy-2016-08",
        certificateArn: "arn:x",
      }),
    ],
    "aws-lb-tls",
    "sslPolicy is ELBSecurityPolicy-2016-08, which allows TLS below 1.2",
  ],
  "a distribution with no certificate of its own": [
    [
      resource("aws:cloudfront/distribution:Distribution", "site", {
        viewerCertificate: { cloudfrontDefaultCertificate: true, minimumProtocolVersion: "TLSv1.2_2021" },
        defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
      }),
    ],
    "aws-cloudfront-tls",
    "uses CloudFront's own certificate, with which it accepts TLS 1.0",
  ],
  "a composite of an alarm that was renamed": [
    [
      resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", "c", {
        alarmName: "c",
        alarmRule: "ALARM(before)",
        alarmActions: ["arn:x"],
      }),
    ],
    "aws-alarm-composite-rule",
    "alarmRule names before, which no resource declares",
  ],
  "a schedule in Unix's own words": [
    [resource("aws:cloudwatch/eventRule:EventRule", "unix", { scheduleExpression: "cron(0 3 * * *)" })],
    "aws-schedule-runs",
    "scheduleExpression cron(0 3 * * *) has 5 fields, six are due",
  ],
  "an image by tag": [
    [
      resource("aws:ecs/taskDefinition:TaskDefinition", "t", {
        containerDefinitions: json([{ name: "a", image: "nginx" }]),
      }),
    ],
    "aws-ecs-image-digest",
    "container a runs nginx, which is not pinned by digest",
  ],
};

describe("what is wrong is refused, in whatever words", () => {
  test.each(Object.entries(wrong))("%s", (_, [resources, rule, message]) => {
    const found = refusing(findings(resources)).filter((finding) => finding.rule === rule);
    expect(found.map((finding) => finding.message)).toContainEqual(
      typeof message === "string" ? message : expect.stringMatching(message),
    );
  });
});
