import type { LocalEndpoints } from "./endpoints.ts";
import { localise } from "./localise.ts";

const endpoints: LocalEndpoints = {
  postgresPort: 20001,
  awsPort: 20002,
  edgePort: 20003,
  edgeTlsPort: 20004,
  mailPort: 20005,
  redis: [
    { id: "jobs", host: "master.jobs.abc.use1.cache.amazonaws.com", port: 20006, tls: true, authToken: "token/1" },
  ],
  authorityPath: "/authority.pem",
};

describe("a variable on this machine", () => {
  it.each([
    [
      "DATABASE_URL",
      "postgresql://u:p%40ss@db.example.com:5432/app?sslmode=require",
      "postgresql://u:p%40ss@localhost:20001/app?sslmode=require",
    ],
    ["DATABASE_URL", "postgresql://u:p@db.example.com/app?x=a@b", "postgresql://u:p@localhost:20001/app?x=a@b"],
    ["REDIS_URL", "rediss://:token@master.jobs.abc.use1.cache.amazonaws.com:6379", "rediss://:token@localhost:20006"],
    ["REDIS_URL", "rediss://:token%2F1@127.0.0.1:6379/0", "rediss://:token%2F1@localhost:20006/0"],
    ["NEXT_PUBLIC_APP_URL", "http://hs.localhost:3000/path", "http://hs.localhost:20003/path"],
    ["STORAGE_BASE_URL", "https://files.s3.us-east-1.amazonaws.com", "http://127.0.0.1:20002/files"],
    ["SMTP_HOST", "email-smtp.us-east-1.amazonaws.com", "localhost"],
    ["SMTP_PORT", "587", "20005"],
  ])("%s leads to the local service", (name, declared, local) => {
    expect(localise(name, declared, endpoints)).toBe(local);
  });

  it.each([
    ["API_URL", "https://api.stripe.com/v1"],
    ["REDIS_URL", "rediss://:other@elsewhere.example.com:6379"],
    ["TEXT", "postgresql is a word"],
    ["PORT", "3000"],
  ])("%s stays what it is when nothing local stands behind it", (name, value) => {
    expect(localise(name, value, endpoints)).toBe(value);
  });

  it("stays what it is while the service was never started", () => {
    const url = "postgresql://u:p@db.example.com:5432/app";
    expect(localise("DATABASE_URL", url, { ...endpoints, postgresPort: 0 })).toBe(url);
  });
});
