import { describeWithPostgres, usePostgres } from "./postgres.ts";

describeWithPostgres("the test kit's Postgres", () => {
  const postgres = usePostgres({ tls: true });

  it("accepts its superuser over TLS and nobody without the password", async () => {
    const [row] = await postgres().query<{ ssl: boolean }>(
      "postgres",
      "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
    );
    expect(row).toEqual({ ssl: true });
    const wrong = postgres().connect("postgres", async () => undefined, { user: "postgres", password: "wrong" });
    await expect(wrong).rejects.toThrow("password authentication failed");
  });

  it("listens on loopback only", async () => {
    const [row] = await postgres().query<{ listen_addresses: string }>("postgres", "show listen_addresses");
    expect(row).toEqual({ listen_addresses: "127.0.0.1" });
  });
});
