import { describeRule, resource } from "../testing.ts";
import { VARIABLE, VARIABLES } from "../vercel.ts";
import { vercelVariablePublicSecret } from "./vercel-variable-public-secret.ts";

const signed = `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiIxMjM0NTYifQ"}.${"abcdefghijklmnop"}`;

describeRule(vercelVariablePublicSecret, {
  compliant: resource(VARIABLE, "url", { key: "NEXT_PUBLIC_API_URL", value: "https://api.shop.test" }),
  mutations: {
    "accepts a secret that is not public": { set: { key: "API_SECRET", value: "9f8Xk2Lq0Zr7Tb4Vn1" }, says: [] },
    "accepts a key that is made to be seen": { set: { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", value: signed }, says: [] },
    "refuses the name of a secret": {
      set: { key: "NEXT_PUBLIC_API_SECRET" },
      says: "key NEXT_PUBLIC_API_SECRET is public and named like a secret",
    },
    "refuses a secret under an innocent name": {
      set: { value: signed },
      says: "value of NEXT_PUBLIC_API_URL is public and holds a signed token",
    },
    "refuses one among many variables": {
      add: [
        resource(VARIABLES, "all", {
          variables: [
            { key: "A", value: "a" },
            { key: "VITE_TOKEN", value: "x" },
          ],
        }),
      ],
      says: "variables[1].key VITE_TOKEN is public and named like a secret",
    },
    "says nothing of a variable without key": { set: { key: undefined }, says: [] },
  },
  unknown: ["value"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
