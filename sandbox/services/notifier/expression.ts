/** The arithmetic of metric-math expressions that alarms use: numbers, ids, `+ - * /`, comparisons, IF, FILL, MAX, MIN, SUM, ABS. */
export class ExpressionError extends Error {}

/** One value for each period; `undefined` where there is none. */
export type Series = (number | undefined)[];

/** Evaluates for `length` periods. `seriesOf` gives the series of an id. */
export function evaluateExpression(expression: string, length: number, seriesOf: (id: string) => Series): Series {
  const tokens = expression.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|[<>]=?|==|!=|&&|\|\||[-+*/(),]/g) ?? [];
  if (tokens.join("") !== expression.replace(/\s+/g, "")) throw new ExpressionError(`cannot read ${expression}`);
  let at = 0;
  const constant = (value: number): Series => new Array<number>(length).fill(value);
  const take = (text?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (text !== undefined && token !== text))
      throw new ExpressionError(`expected ${text ?? "more"} in ${expression}`);
    return token;
  };

  const binary = (next: () => Series, operators: readonly string[]): (() => Series) => {
    return () => {
      let value = next();
      while (operators.includes(tokens[at] ?? "")) {
        const operator = take();
        value = combine(operator, value, next());
      }
      return value;
    };
  };
  const factor = (): Series => {
    const token = take();
    if (token === "(") {
      const value = whole();
      take(")");
      return value;
    }
    if (token === "-") return factor().map((value) => (value === undefined ? undefined : -value));
    if (/^\d/.test(token)) return constant(Number(token));
    if (tokens[at] !== "(") return seriesOf(token);
    take("(");
    const parameters = [whole()];
    while (tokens[at] === ",") {
      take();
      // The word REPEAT is the only parameter that is no expression.
      parameters.push(tokens[at] === "REPEAT" ? repeat(take()) : whole());
    }
    take(")");
    return call(token.toUpperCase(), parameters, constant);
  };
  const repeat = (_word: string): Series => [];
  const product = binary(factor, ["*", "/"]);
  const sum = binary(product, ["+", "-"]);
  const comparison = binary(sum, ["<", ">", "<=", ">=", "==", "!="]);
  const whole = binary(comparison, ["&&", "||"]);

  const value = whole();
  if (at < tokens.length) throw new ExpressionError(`unexpected ${tokens[at]} in ${expression}`);
  return value;
}

function combine(operator: string, left: Series, right: Series): Series {
  return left.map((first, index) => {
    const second = right[index];
    if (first === undefined || second === undefined) return undefined;
    return apply(operator, first, second);
  });
}

function apply(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      // CloudWatch has no value where one divides by nothing.
      return right === 0 ? undefined : left / right;
    case "<":
      return Number(left < right);
    case ">":
      return Number(left > right);
    case "<=":
      return Number(left <= right);
    case ">=":
      return Number(left >= right);
    case "==":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
    case "&&":
      return Number(left !== 0 && right !== 0);
    default:
      return Number(left !== 0 || right !== 0);
  }
}

function call(name: string, parameters: Series[], constant: (value: number) => Series): Series {
  const [first = [], second = [], third = []] = parameters;
  const known = first.filter((value) => value !== undefined);
  switch (name) {
    case "IF":
      return first.map((condition, index) =>
        condition === undefined ? undefined : condition !== 0 ? second[index] : third[index],
      );
    case "FILL": {
      let last: number | undefined;
      return first.map((value, index) => {
        last = value ?? last;
        return value ?? (second.length === 0 ? last : second[index]);
      });
    }
    case "ABS":
      return first.map((value) => (value === undefined ? undefined : Math.abs(value)));
    case "MAX":
      return parameters.length > 1 ? fold(parameters, Math.max) : constant(Math.max(...known));
    case "MIN":
      return parameters.length > 1 ? fold(parameters, Math.min) : constant(Math.min(...known));
    case "SUM":
      return parameters.length > 1
        ? fold(parameters, (left, right) => left + right)
        : constant(known.reduce((left, right) => left + right, 0));
    default:
      throw new ExpressionError(`the function ${name} is not known here`);
  }
}

function fold(parameters: Series[], merge: (left: number, right: number) => number): Series {
  const [first = [], ...others] = parameters;
  return others.reduce<Series>(
    (total, series) =>
      total.map((value, index) => {
        const other = series[index];
        return value === undefined || other === undefined ? undefined : merge(value, other);
      }),
    first,
  );
}
