import { runPlugin } from "../run.ts";
import manifest from "./package.json" with { type: "json" };

void runPlugin("random", manifest.version);
