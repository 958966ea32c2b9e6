import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./metric.ts";

type Dimension = pulumi.Input<string>;
const metric = (namespace: string, metricName: string, dimensions: Metric["dimensions"]): Metric => ({
  namespace,
  metricName,
  dimensions,
});

/** What an application load balancer measures; `suffix` is its `arnSuffix`. */
export const loadBalancerMetrics = (suffix: Dimension) => {
  const at = { LoadBalancer: suffix };
  return {
    requests: metric("AWS/ApplicationELB", "RequestCount", at),
    errors: metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", at),
    responseTime: metric("AWS/ApplicationELB", "TargetResponseTime", at),
  };
};

/** What ECS measures of a service. */
export const containerMetrics = (clusterName: Dimension, serviceName: Dimension) => {
  const at = { ClusterName: clusterName, ServiceName: serviceName };
  return {
    cpuUsePercent: metric("AWS/ECS", "CPUUtilization", at),
    memoryUsePercent: metric("AWS/ECS", "MemoryUtilization", at),
  };
};

/** What ElastiCache measures of a replication group's first node, which leads. */
export const redisMetrics = (replicationGroupId: string) => {
  const at = { CacheClusterId: `${replicationGroupId}-001` };
  return {
    memoryUsePercent: metric("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", at),
    evictions: metric("AWS/ElastiCache", "Evictions", at),
    cpuUsePercent: metric("AWS/ElastiCache", "EngineCPUUtilization", at),
    connections: metric("AWS/ElastiCache", "CurrConnections", at),
  };
};

export const queueMetrics = (queueName: Dimension) => ({
  deadLetters: metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queueName }),
});

export const healthCheckMetrics = (healthCheckId: Dimension) => ({
  healthy: metric("AWS/Route53", "HealthCheckStatus", { HealthCheckId: healthCheckId }),
});

export const certificateMetrics = (certificateArn: Dimension) => ({
  daysToExpiry: metric("AWS/CertificateManager", "DaysToExpiry", { CertificateArn: certificateArn }),
});

/** What our own applications report; the namespace is `Thorbis/Application`. */
export const applicationMetrics = (app: string, environment: string) => {
  const at = { App: app, Environment: environment };
  return {
    requests: metric("Thorbis/Application", "Requests", at),
    errors: metric("Thorbis/Application", "Errors", at),
    responseTime: metric("Thorbis/Application", "ResponseTime", at),
    memoryUsePercent: metric("Thorbis/Application", "MemoryUsePercent", at),
  };
};

/** What the HelpDesk worker reports of a BullMQ queue; the namespace is `Thorbis/Queue`. */
export const jobQueueMetrics = (queue: string, environment: string) => {
  const at = { Queue: queue, Environment: environment };
  return {
    waitingJobs: metric("Thorbis/Queue", "WaitingJobs", at),
    failedJobs: metric("Thorbis/Queue", "FailedJobs", at),
    deadLetters: metric("Thorbis/Queue", "DeadLetters", at),
  };
};

/**
 * What the operations report of a database; the namespace is `Thorbis/Database`, and a database is called as the
 * operations' settings call it, for example `thorbis-database`.
 */
export const databaseMetrics = (database: string, environment: string) => {
  const at = { Database: database, Environment: environment };
  return {
    connectionErrors: metric("Thorbis/Database", "ConnectionErrors", at),
    connections: metric("Thorbis/Database", "Connections", at),
    slowQueries: metric("Thorbis/Database", "SlowQueries", at),
    cacheHitPercent: metric("Thorbis/Database", "CacheHitPercent", at),
    completedBackups: metric("Thorbis/Database", "CompletedBackups", at),
    verifiedBackups: metric("Thorbis/Database", "VerifiedBackups", at),
    recoveryObjectiveBreaches: metric("Thorbis/Database", "RecoveryObjectiveBreaches", at),
    daysSinceDrill: metric("Thorbis/Database", "DaysSinceDrill", at),
    failedOperations: metric("Thorbis/Database", "FailedOperations", at),
  };
};
