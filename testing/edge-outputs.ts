import type { RecordOptions } from "./mocks.ts";

const none = () => ({});

/** What Vercel, Postgres and the random provider compute, for the strict mocks; ids look like the real ones. */
export const edgeOutputs: NonNullable<RecordOptions["types"]> = {
  "pulumi:providers:aws": none,
  "pulumi:providers:vercel": none,
  "pulumi:providers:random": none,
  "pulumi:providers:postgresql": none,
  "vercel:index/project:Project": (name) => ({ id: `prj_${name}` }),
  "vercel:index/projectDomain:ProjectDomain": () => ({ verified: true, verifications: [] }),
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": none,
  "vercel:index/projectRoute:ProjectRoute": none,
  "vercel:index/firewallConfig:FirewallConfig": none,
  "vercel:index/attackChallengeMode:AttackChallengeMode": none,
  "vercel:index/projectCrons:ProjectCrons": none,
  "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": none,
  "vercel:index/projectRollingRelease:ProjectRollingRelease": none,
  "vercel:index/customEnvironment:CustomEnvironment": none,
  "vercel:index/logDrain:LogDrain": none,
  "vercel:index/edgeConfig:EdgeConfig": (name) => ({ id: `ecfg_${name}` }),
  "vercel:index/edgeConfigItem:EdgeConfigItem": none,
  "vercel:index/edgeConfigToken:EdgeConfigToken": (name) => ({
    token: `token-${name}`,
    connectionString: `https://edge-config.vercel.com/ecfg_${name}?token=token-${name}`,
  }),
  "postgresql:index/role:Role": none,
  "postgresql:index/database:Database": none,
  "postgresql:index/schema:Schema": none,
  "postgresql:index/extension:Extension": none,
  "postgresql:index/grant:Grant": none,
  "postgresql:index/grantRole:GrantRole": none,
  "postgresql:index/defaultPrivileges:DefaultPrivileges": none,
};
