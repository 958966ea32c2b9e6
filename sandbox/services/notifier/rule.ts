/** The rule of a composite alarm: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))`. */
export type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";

export class RuleError extends Error {}

type Token = { kind: "word" | "name" | "punctuation"; text: string };

/** Whether the rule holds. `stateOf` answers `undefined` for an alarm that does not exist. */
export function evaluateRule(rule: string, stateOf: (name: string) => AlarmState | undefined): boolean {
  const tokens = tokenise(rule);
  let at = 0;
  const peek = () => tokens[at];
  const take = (text?: string): Token => {
    const token = tokens[at++];
    if (!token || (text !== undefined && token.text.toUpperCase() !== text)) {
      throw new RuleError(`expected ${text ?? "more"} at ${token?.text ?? "the end"}`);
    }
    return token;
  };
  const is = (text: string) => peek()?.kind !== "name" && peek()?.text.toUpperCase() === text;

  const disjunction = (): boolean => {
    let value = conjunction();
    while (is("OR")) {
      take();
      const right = conjunction();
      value = value || right;
    }
    return value;
  };
  const conjunction = (): boolean => {
    let value = negation();
    while (is("AND")) {
      take();
      const right = negation();
      value = value && right;
    }
    return value;
  };
  const negation = (): boolean => {
    if (!is("NOT")) return operand();
    take();
    return !negation();
  };
  const operand = (): boolean => {
    if (is("(")) {
      take();
      const value = disjunction();
      take(")");
      return value;
    }
    const word = take().text.toUpperCase();
    if (word === "TRUE" || word === "FALSE") return word === "TRUE";
    if (word !== "ALARM" && word !== "OK" && word !== "INSUFFICIENT_DATA") throw new RuleError(`unexpected ${word}`);
    take("(");
    const name = take().text;
    take(")");
    return stateOf(alarmName(name)) === word;
  };

  const value = disjunction();
  if (at < tokens.length) throw new RuleError(`unexpected ${peek()?.text}`);
  return value;
}

/** An alarm is named by its name or by its ARN. */
function alarmName(text: string): string {
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}

function tokenise(rule: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"([^"]*)"|'([^']*)'|([()])|([^\s()"']+)/gy;
  for (let match = pattern.exec(rule); match; match = pattern.exec(rule)) {
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) tokens.push({ kind: "name", text: quoted });
    else if (match[3] !== undefined) tokens.push({ kind: "punctuation", text: match[3] });
    else if (match[4] !== undefined) tokens.push({ kind: "word", text: match[4] });
  }
  const read = tokens.length > 0 || rule.trim() === "";
  if (!read) throw new RuleError("the rule cannot be read");
  return tokens;
}
