type Values = Record<string, unknown>;
type Outputs = (name: string, inputs: Values) => Values;

const account = "111111111111";
const region = (inputs: Values) => String(inputs.region ?? "us-east-1");
const hex = (name: string) => Buffer.from(name).toString("hex").slice(0, 17).padEnd(17, "0");
const arn = (service: string, inputs: Values, rest: string) =>
  `arn:aws:${service}:${region(inputs)}:${account}:${rest}`;
const nothing: Outputs = () => ({});
const iam =
  (kind: string): Outputs =>
  (name, inputs) => ({ id: inputs.name ?? name, arn: `arn:aws:iam::${account}:${kind}/${inputs.name ?? name}` });
const ec2 =
  (prefix: string): Outputs =>
  (name) => ({ id: `${prefix}-${hex(name)}` });

/** What the provider answers beyond the inputs, in its real formats; a type that is not listed here is refused. */
export const computedOutputs: Readonly<Record<string, Outputs>> = {
  "aws:acm/certificate:Certificate": (name, inputs) => ({
    arn: arn("acm", inputs, `certificate/${name}`),
    domainValidationOptions: [
      {
        domainName: inputs.domainName,
        resourceRecordName: `_proof.${inputs.domainName}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_value.acm-validations.aws.",
      },
    ],
  }),
  "aws:acm/certificateValidation:CertificateValidation": nothing,
  "aws:appautoscaling/policy:Policy": nothing,
  "aws:appautoscaling/target:Target": nothing,
  "aws:budgets/budget:Budget": nothing,
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": nothing,
  "aws:cloudtrail/trail:Trail": (_, inputs) => ({ arn: arn("cloudtrail", inputs, `trail/${inputs.name}`) }),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (_, inputs) => ({
    id: inputs.alarmName,
    arn: arn("cloudwatch", inputs, `alarm:${inputs.alarmName}`),
  }),
  "aws:cloudwatch/dashboard:Dashboard": nothing,
  "aws:cloudwatch/eventRule:EventRule": (_, inputs) => ({ arn: arn("events", inputs, `rule/${inputs.name}`) }),
  "aws:cloudwatch/eventTarget:EventTarget": nothing,
  "aws:cloudwatch/logGroup:LogGroup": (_, inputs) => ({
    id: inputs.name,
    arn: arn("logs", inputs, `log-group:${inputs.name}`),
  }),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": nothing,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (_, inputs) => ({
    id: inputs.name,
    arn: arn("cloudwatch", inputs, `alarm:${inputs.name}`),
  }),
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": (name) => ({
    arn: `arn:aws:ce::${account}:anomalymonitor/${name}`,
  }),
  "aws:costexplorer/anomalySubscription:AnomalySubscription": nothing,
  "aws:ec2/eip:Eip": ec2("eipalloc"),
  "aws:ec2/flowLog:FlowLog": ec2("fl"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw"),
  "aws:ec2/natGateway:NatGateway": ec2("nat"),
  "aws:ec2/route:Route": ec2("r"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": (name, inputs) => ({
    id: `sg-${hex(name)}`,
    arn: arn("ec2", inputs, `security-group/sg-${hex(name)}`),
  }),
  "aws:ec2/subnet:Subnet": ec2("subnet"),
  "aws:ec2/vpc:Vpc": ec2("vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name) => ({ id: `vpce-${hex(name)}`, prefixListId: `pl-${hex(name)}` }),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": nothing,
  "aws:ecr/repository:Repository": (_, inputs) => ({
    id: inputs.name,
    arn: arn("ecr", inputs, `repository/${inputs.name}`),
    repositoryUrl: `${account}.dkr.ecr.${region(inputs)}.amazonaws.com/${inputs.name}`,
  }),
  "aws:ecs/cluster:Cluster": (_, inputs) => ({ arn: arn("ecs", inputs, `cluster/${inputs.name}`) }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": nothing,
  "aws:ecs/service:Service": (_, inputs) => ({ arn: arn("ecs", inputs, `service/${inputs.name}`) }),
  "aws:ecs/taskDefinition:TaskDefinition": (_, inputs) => ({
    id: inputs.family,
    arn: arn("ecs", inputs, `task-definition/${inputs.family}:1`),
    arnWithoutRevision: arn("ecs", inputs, `task-definition/${inputs.family}`),
  }),
  "aws:elasticache/parameterGroup:ParameterGroup": (_, inputs) => ({ id: inputs.name }),
  "aws:elasticache/replicationGroup:ReplicationGroup": (_, inputs) => ({
    id: inputs.replicationGroupId,
    primaryEndpointAddress: `master.${inputs.replicationGroupId}.abc123.use1.cache.amazonaws.com`,
    readerEndpointAddress: `replica.${inputs.replicationGroupId}.abc123.use1.cache.amazonaws.com`,
  }),
  "aws:elasticache/subnetGroup:SubnetGroup": (_, inputs) => ({ id: inputs.name }),
  "aws:guardduty/detector:Detector": nothing,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (_, inputs) => ({
    arn: `arn:aws:iam::${account}:oidc-provider/${String(inputs.url).replace("https://", "")}`,
  }),
  "aws:iam/policy:Policy": iam("policy"),
  "aws:iam/role:Role": iam("role"),
  "aws:iam/rolePolicy:RolePolicy": nothing,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": nothing,
  "aws:kms/alias:Alias": (_, inputs) => ({ id: inputs.name, arn: arn("kms", inputs, String(inputs.name)) }),
  "aws:kms/key:Key": (name, inputs) => ({
    id: hex(name),
    keyId: hex(name),
    arn: arn("kms", inputs, `key/${hex(name)}`),
  }),
  "aws:lambda/function:Function": (_, inputs) => ({ arn: arn("lambda", inputs, `function:${inputs.name}`) }),
  "aws:lb/listener:Listener": (name, inputs) => ({ arn: arn("elasticloadbalancing", inputs, `listener/app/${name}`) }),
  "aws:lb/listenerRule:ListenerRule": (name, inputs) => ({
    arn: arn("elasticloadbalancing", inputs, `listener-rule/app/${name}`),
  }),
  "aws:lb/loadBalancer:LoadBalancer": (_, inputs) => ({
    arn: arn("elasticloadbalancing", inputs, `loadbalancer/app/${inputs.name}/50dc6c495c0c9188`),
    arnSuffix: `app/${inputs.name}/50dc6c495c0c9188`,
    dnsName: `${inputs.name}-123456789.${region(inputs)}.elb.amazonaws.com`,
    zoneId: "Z35SXDOTRQ7X7K",
  }),
  "aws:lb/targetGroup:TargetGroup": (name, inputs) => ({
    arn: arn("elasticloadbalancing", inputs, `targetgroup/${name}/73e2d6bc24d8a067`),
    arnSuffix: `targetgroup/${name}/73e2d6bc24d8a067`,
  }),
  "aws:rds/cluster:Cluster": (_, inputs) => ({
    id: inputs.clusterIdentifier,
    arn: arn("rds", inputs, `cluster:${inputs.clusterIdentifier}`),
    endpoint: `${inputs.clusterIdentifier}.cluster-abc123.${region(inputs)}.rds.amazonaws.com`,
    readerEndpoint: `${inputs.clusterIdentifier}.cluster-ro-abc123.${region(inputs)}.rds.amazonaws.com`,
    port: 5432,
    masterUserSecrets: [{ secretArn: arn("secretsmanager", inputs, "secret:rds!cluster-abc123"), kmsKeyId: "k" }],
  }),
  "aws:rds/clusterInstance:ClusterInstance": (_, inputs) => ({ id: inputs.identifier }),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": (_, inputs) => ({ id: inputs.name }),
  "aws:rds/subnetGroup:SubnetGroup": (_, inputs) => ({ id: inputs.name }),
  "aws:route53/healthCheck:HealthCheck": (name) => ({ id: `hc-${hex(name)}` }),
  "aws:route53/record:Record": (_, inputs) => ({ fqdn: inputs.name }),
  "aws:route53/zone:Zone": (name) => ({
    id: `Z${hex(name).toUpperCase()}`,
    zoneId: `Z${hex(name).toUpperCase()}`,
    nameServers: ["ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk"],
  }),
  "aws:s3/bucket:Bucket": (_, inputs) => ({
    id: inputs.bucket,
    arn: `arn:aws:s3:::${inputs.bucket}`,
    bucketRegionalDomainName: `${inputs.bucket}.s3.${region(inputs)}.amazonaws.com`,
  }),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": nothing,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": nothing,
  "aws:s3/bucketLogging:BucketLogging": nothing,
  "aws:s3/bucketNotification:BucketNotification": nothing,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": nothing,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": nothing,
  "aws:s3/bucketPolicy:BucketPolicy": nothing,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": nothing,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": nothing,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": nothing,
  "aws:s3/bucketVersioning:BucketVersioning": nothing,
  "aws:scheduler/schedule:Schedule": (_, inputs) => ({
    arn: arn("scheduler", inputs, `schedule/${inputs.groupName}/${inputs.name}`),
  }),
  "aws:scheduler/scheduleGroup:ScheduleGroup": (_, inputs) => ({
    id: inputs.name,
    arn: arn("scheduler", inputs, `schedule-group/${inputs.name}`),
  }),
  "aws:secretsmanager/secret:Secret": (_, inputs) => ({
    id: arn("secretsmanager", inputs, `secret:${inputs.name}-AbCdEf`),
    arn: arn("secretsmanager", inputs, `secret:${inputs.name}-AbCdEf`),
  }),
  "aws:secretsmanager/secretPolicy:SecretPolicy": nothing,
  "aws:secretsmanager/secretRotation:SecretRotation": nothing,
  "aws:secretsmanager/secretVersion:SecretVersion": (_, inputs) => ({ arn: inputs.secretId, versionId: "v1" }),
  "aws:sesv2/configurationSet:ConfigurationSet": (_, inputs) => ({
    arn: arn("ses", inputs, `configuration-set/${inputs.configurationSetName}`),
  }),
  "aws:sesv2/emailIdentity:EmailIdentity": (_, inputs) => ({
    arn: arn("ses", inputs, `identity/${inputs.emailIdentity}`),
    dkimSigningAttributes: {
      ...(inputs.dkimSigningAttributes as Values | undefined),
      tokens: ["first", "second", "third"].map((token) => `${token}0token`),
    },
  }),
  "aws:sns/topic:Topic": (_, inputs) => ({ arn: arn("sns", inputs, String(inputs.name)) }),
  "aws:sns/topicPolicy:TopicPolicy": nothing,
  "aws:sns/topicSubscription:TopicSubscription": nothing,
  "aws:sqs/queue:Queue": (_, inputs) => ({
    id: `https://sqs.${region(inputs)}.amazonaws.com/${account}/${inputs.name}`,
    url: `https://sqs.${region(inputs)}.amazonaws.com/${account}/${inputs.name}`,
    arn: arn("sqs", inputs, String(inputs.name)),
  }),
  "aws:sqs/queuePolicy:QueuePolicy": nothing,
  "aws:synthetics/canary:Canary": nothing,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr"),
  "aws:wafv2/webAcl:WebAcl": (_, inputs) => ({ arn: arn("wafv2", inputs, `regional/webacl/${inputs.name}`) }),
  "random:index/randomPassword:RandomPassword": (_, inputs) => ({ result: "x".repeat(Number(inputs.length)) }),
};
