import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceState } from "../state/resource.ts";
import type { PropertyMap } from "../values.ts";
import { DefaultPlugins } from "./default-plugins.ts";

const provider = (name: string, inputs: PropertyMap): ResourceState => ({
  urn: `urn:pulumi:s::p::pulumi:providers:test::${name}`,
  type: "pulumi:providers:test",
  custom: true,
  id: name,
  inputs,
});

describe("the plugin for what names no version", () => {
  let projectDirectory: string;
  beforeEach(() => {
    projectDirectory = mkdtempSync(join(tmpdir(), "default-plugins-"));
  });
  afterEach(() => rmSync(projectDirectory, { recursive: true }));

  const choiceFor = (packageName: string, resources: ResourceState[]) => {
    const program = { projectDirectory, main: "index.ts", transport: "in-process" as const };
    return new DefaultPlugins({ program, snapshot: { resources, pendingOperations: [] } }).for(packageName);
  };

  const install = (folder: string, manifest: Record<string, unknown>) => {
    const directory = join(projectDirectory, "node_modules", folder);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  };

  it.each([
    [["1.9.0", "1.10.0"], "1.10.0"],
    [["1.10.0", "1.9.0"], "1.10.0"],
    [["2.0.0-beta", "2.0.0"], "2.0.0"],
    [["2.0.0", "2.0.0-beta"], "2.0.0"],
    [["2.0.0-beta.1", "2.0.0-beta.2"], "2.0.0-beta.2"],
  ])("is the newest of the state: of %j %s", (versions, newest) => {
    const resources = versions.map((version) => provider(`v${version}`, { version }));
    expect(choiceFor("test", resources).version).toBe(newest);
  });

  it("prefers a version to none and keeps the place that belongs to it", () => {
    const internal = { pluginDownloadURL: "https://plugins.example" };
    const resources = [provider("plain", {}), provider("placed", { version: "1.0.0", __internal: internal })];
    expect(choiceFor("test", resources)).toEqual({ version: "1.0.0", pluginDownloadURL: "https://plugins.example" });
  });

  it("leaves a package open that nobody has used", () => {
    expect(choiceFor("other", [provider("a", { version: "1.0.0" })]).version).toBeUndefined();
  });

  it("is that of the program's packages alone, as soon as there is one", () => {
    install("@pulumi/other", { name: "@pulumi/other", version: "3.0.0", pulumi: { resource: true } });
    install("plain", { name: "plain", version: "9.0.0" });
    const used = [provider("a", { version: "1.0.0" })];
    expect(choiceFor("other", used).version).toBe("3.0.0");
    expect(choiceFor("test", used).version).toBeUndefined();
  });

  it("takes name, version and place that a package states for its plugin", () => {
    const pulumi = { resource: true, name: "vercel", version: "v5.4.1", server: "https://plugins.example" };
    install("@pulumiverse/vercel", { name: "@pulumiverse/vercel", version: "0.0.1", pulumi });
    expect(choiceFor("vercel", [])).toEqual({ version: "5.4.1", pluginDownloadURL: "https://plugins.example" });
  });
});
