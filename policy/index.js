// Pulumi starts only a JavaScript entry: a `.ts` main would go through the host's own, older, TypeScript.
import "./pack.ts";
