import { soc2 } from "../frameworks.ts";
import { PROJECT, routesOf } from "../headers/declared.ts";
import { declaresHeaders } from "../headers/pages.ts";
import { everywhere, stackRule } from "../rule.ts";

export const vercelHeadersDeclared = stackRule({
  name: "vercel-headers-declared",
  title: "Headers are declared where they are judged",
  description:
    "Every project sets its response headers by route rules: what a deployment sets by itself is seen by no review of the infrastructure.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Declare a ProjectRoute that sets the security headers for /(.*), or judge the live answers instead.",
  link: "https://vercel.com/docs/headers",
  // An application that sets its headers itself is right as well; config.json decides that for its own projects.
  levels: everywhere("advisory"),
  types: [PROJECT],
  check(stack, context) {
    context.each(stack.ofType(PROJECT), (project) => {
      if (!declaresHeaders(routesOf(stack, project)))
        context.report("has no route rule that sets a response header", project);
    });
  },
});
