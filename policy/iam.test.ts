import { deniesPlainText, isEverything, opensTo, statementsOf } from "./iam.ts";

const one = (statement: object) => statementsOf({ Statement: statement })?.[0];
const opening = (statement: object) => {
  const found = one({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...statement });
  return found === undefined ? "none" : opensTo(found);
};

test("reads one statement or many, texts or lists, names or numbers for ids", () => {
  const statements = statementsOf(
    JSON.stringify({
      Statement: [
        { Sid: "A", Effect: "Allow", Action: ["S3:Get*"], Resource: "x" },
        { Effect: "Deny", NotAction: "a:b" },
      ],
    }),
  );
  expect(statements?.map(({ actions, allows, notActions, sid }) => [sid, allows, notActions, actions])).toEqual([
    ["A", true, false, ["s3:get*"]],
    ["2", false, true, ["a:b"]],
  ]);
});

test("is no document when it is no JSON", () => {
  expect(statementsOf("nothing")).toBeUndefined();
  expect(statementsOf(undefined)).toBeUndefined();
});

test.each(["*", "**", "?*", "*:*"])("%s is everything", (pattern) => {
  expect(isEverything(pattern)).toBe(true);
});

test("is open to everybody, to every account, and to all but the named", () => {
  expect(opening({ Principal: "*" })).toBe("allows everybody");
  expect(opening({ Principal: { AWS: "arn:aws:iam::*:role/deploy" } })).toBe("allows everybody");
  expect(opening({ NotPrincipal: { AWS: "arn:aws:iam::1:root" } })).toBe(
    "allows everybody but the named ones (NotPrincipal)",
  );
});

test("is closed by a condition that binds, and by no other", () => {
  expect(opening({ Principal: "*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::shop" } } })).toBeUndefined();
  expect(opening({ Principal: "*", Condition: { StringEquals: { "s3:prefix": "x" } } })).toBe("allows everybody");
  expect(opening({ Principal: "*", Condition: { NotIpAddress: { "aws:SourceIp": "10.0.0.1" } } })).toBe(
    "allows everybody except what a condition excludes (notipaddress aws:sourceip)",
  );
});

test("is closed to everybody else by naming somebody", () => {
  expect(opening({ Principal: { AWS: "arn:aws:iam::1:root" } })).toBeUndefined();
  expect(opening({ Effect: "Deny", Principal: "*" })).toBeUndefined();
});

test("denies plain text only for everybody and everything", () => {
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": false } },
  };
  const denies = (more: object) => {
    const statement = one({ ...deny, ...more });
    return statement !== undefined && deniesPlainText(statement);
  };
  expect(denies({})).toBe(true);
  expect(denies({ Principal: { AWS: "arn:aws:iam::1:root" } })).toBe(false);
  expect(denies({ Action: "s3:GetObject" })).toBe(false);
  expect(denies({ Condition: { Bool: { "aws:SecureTransport": "true" } } })).toBe(false);
});
