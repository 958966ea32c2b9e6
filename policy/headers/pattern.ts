/** The three ways in which a route rule writes its source: a literal, Vercel's path syntax, a regular expression. */
export type PatternSyntax = "equals" | "path-to-regexp" | "regex";

/** The expression for a source; `undefined` for one that is no pattern (the provider accepts it, nothing matches). */
export function compilePattern(source: string, syntax: PatternSyntax, caseSensitive: boolean): RegExp | undefined {
  const body =
    syntax === "regex" ? anchored(source) : syntax === "equals" ? literally(source) : `${pathExpression(source)}/?`;
  try {
    return new RegExp(`^(?:${body})$`, caseSensitive ? "" : "i");
  } catch {
    return undefined;
  }
}

/** A path that the source matches, when one is easily found. */
export function samplePath(source: string, syntax: PatternSyntax, caseSensitive: boolean): string | undefined {
  const guesses =
    syntax === "equals"
      ? [source]
      : ["sample", "", "1"].map((word) =>
          source
            .replace(/^\^|\$$/g, "")
            .replace(/\{([^}]*)\}\??/g, "$1")
            .replace(/:\w+(\([^)]*\))?[*+?]?/g, word)
            .replace(/\((?:[^()]|\([^()]*\))*\)[*+?]?/g, word)
            .replace(/\[[^\]]*\][*+?]?/g, word)
            .replace(/\.[*+]/g, word)
            .replace(/\\(.)/g, "$1"),
        );
  const expression = compilePattern(source, syntax, caseSensitive);
  return guesses.find((guess) => guess.startsWith("/") && expression?.test(guess) === true);
}

const anchored = (source: string): string => source.replace(/^\^/, "").replace(/(?<!\\)\$$/, "");
const literally = (literal: string): string => literal.replace(/[\\^$.|?+*()[\]{}]/g, "\\$&");

/** `/:name`, `/:name*`, `/:name(\\d+)`, `/(.*)`, `/{…}?`: the syntax of Vercel's `source` (path-to-regexp 6). */
function pathExpression(source: string): string {
  let expression = "";
  for (const [token] of source.matchAll(
    /\/?:\w+(?:\([^)]*\))?[*+?]?|\((?:[^()]|\([^()]*\))*\)[*+?]?|\{[^}]*\}\??|\\.|[\s\S]/g,
  )) {
    const parameter = /^(\/?):\w+(\([^)]*\))?([*+?]?)$/.exec(token);
    if (parameter !== null) {
      const [, slash = "", pattern = "([^/]+?)", modifier = ""] = parameter;
      if (modifier === "*" || modifier === "+")
        expression += `(?:${slash}${pattern}(?:/${pattern})*)${modifier === "*" ? "?" : ""}`;
      else expression += modifier === "?" ? `(?:${slash}${pattern})?` : `${slash}${pattern}`;
    } else if (token.startsWith("(")) expression += token;
    else if (token.startsWith("{")) {
      const optional = token.endsWith("?");
      expression += `(?:${pathExpression(token.slice(1, optional ? -2 : -1))})${optional ? "?" : ""}`;
    } else expression += token.startsWith("\\") ? token : literally(token);
  }
  return expression;
}
