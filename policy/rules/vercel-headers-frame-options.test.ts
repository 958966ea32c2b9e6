import { OTHER_HEADERS, PAGES, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersFrameOptions } from "./vercel-headers-frame-options.ts";

const headers = (value: Record<string, string>) => ({ on: "security", set: { "route.headers": value } });

describeRule(vercelHeadersFrameOptions, {
  compliant: withHeaders({ "X-Frame-Options": "DENY" }),
  mutations: {
    "accepts frame-ancestors instead": {
      ...headers({ "Content-Security-Policy": "frame-ancestors 'none'" }),
      says: [],
    },
    "refuses neither": {
      ...headers(OTHER_HEADERS["route.headers"]),
      missing: true,
      says: `neither X-Frame-Options nor frame-ancestors is set, ${PAGES}`,
    },
    "refuses a value that browsers ignore": {
      ...headers({ "X-Frame-Options": "ALLOW-FROM https://shop.test" }),
      says: `X-Frame-Options has a value that browsers ignore: ALLOW-FROM https://shop.test, ${PAGES}`,
    },
    "refuses open frame-ancestors, which overrule X-Frame-Options": {
      ...headers({ "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors https:" }),
      says: `frame-ancestors https: lets any site frame the page, ${PAGES}`,
    },
  },
  unknown: ["security:route.headers.X-Frame-Options"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
