import { environmentFixture as environment, reviewFixture as review } from "../../testing/review.ts";
import { MARKER, markdown } from "./markdown.ts";
import { page } from "./page.ts";
import { parseReview, reviewSchema, UntrustedReview } from "./review.ts";

describe("a replacement of what holds data", () => {
  test("stands before everything else in the comment and is not folded", () => {
    const text = markdown(review(environment()));
    const warning = text.indexOf("REPLACES (deletes and makes anew)** a resource".replace("** ", " "));
    expect(warning).toBeGreaterThan(0);
    expect(warning).toBeLessThan(text.indexOf("<details>"));
  });

  test("is an alert on the page, and its details are open", () => {
    const text = page(review(environment()));
    expect(text).toContain('role="alert"');
    expect(text).toMatch(/<details open[^>]*><summary><span class="replace">replace<\/span> <code>backups/);
  });
});

test("many changes of one component are folded, but never what loses data", () => {
  const [first, second] = environment().changes;
  if (!first || !second) throw new Error("the fixture has changes");
  const changes = [
    ...Array.from({ length: 30 }, (_, index) => ({ ...first, name: `alerts-${index}` })),
    { ...second, component: first.component },
  ];
  const text = page(review(environment({ changes })));
  expect(text).toContain("<summary>30 more changes</summary>");
  expect(text.indexOf("holds data</span>")).toBeLessThan(text.indexOf("30 more changes"));
});

test("a rename stands before the deletions that it explains, with its alias", () => {
  const renames = [
    {
      from: "urn:pulumi:p::t::a:b:C::old",
      to: "urn:pulumi:p::t::a:b:C::new",
      alias: 'aliases: [{ name: "old" }]',
      holdsData: true,
    },
  ];
  for (const text of [page(review(environment({ renames }))), markdown(review(environment({ renames })))])
    expect(text.indexOf("ooks like a rename")).toBeLessThan(text.indexOf("a resource that holds data"));
});

test("a comment never exceeds what the host takes, and says what was left out", () => {
  const base = environment();
  const [first] = base.changes;
  if (!first) throw new Error("the fixture has changes");
  const changes = Array.from({ length: 3000 }, (_, index) => ({ ...first, name: `alerts-${index}` }));
  const text = markdown(review(environment({ changes })));
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text).toContain("folded parts did not fit");
});

test("a comment with more alarms than fit keeps the limit and says that it is cut", () => {
  const findings = Array.from({ length: 400 }, (_, index) => ({
    policy: "aws-s3-private",
    level: "mandatory" as const,
    urn: `u${index}`,
    message: "m".repeat(400),
  }));
  const text = markdown(review(environment({ policy: { findings, unknown: [], waivers: [] } })));
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text).toContain("The list above is cut");
});

describe("text of a pull request", () => {
  const hostile = "@team <img src=x onerror=alert(1)> | [x](https://evil.example) `code`\n# heading";
  const hostileReview = review(
    environment({
      policy: {
        findings: [{ policy: hostile, level: "mandatory", urn: hostile, message: hostile }],
        unknown: [],
        waivers: [],
      },
    }),
  );

  test("starts no markup and mentions nobody in the comment", () => {
    const text = markdown(hostileReview);
    const outsideCode = text.replace(/(`+)[^`].*?\1(?!`)/g, "");
    expect(outsideCode).not.toContain("@team");
    expect(outsideCode).not.toMatch(/(?<!\\)<img/);
    expect(outsideCode).not.toContain("https://");
    expect(text).not.toContain("\n# heading");
  });

  test("is escaped on the page", () => {
    expect(page(hostileReview)).not.toContain("<img");
  });
});

test("the comment begins with the marker by which it is found again", () => {
  expect(markdown(review(environment())).startsWith(MARKER)).toBe(true);
});

test("the page loads nothing and runs nothing", () => {
  const text = page(review(environment()));
  expect(text).not.toMatch(/<script|<link|src=|@import|url\(/);
  expect(text).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
});

test("an environment that could not be previewed says so in both", () => {
  const broken = review(environment({ error: "the stack file is missing", changes: [] }));
  expect(markdown(broken)).toContain("could not be previewed:** the stack file is missing");
  expect(page(broken)).toContain("the stack file is missing");
});

describe("data of the unprivileged job", () => {
  test("is read back as it was written", () => {
    const data = review(environment());
    expect(parseReview(JSON.stringify(data))).toEqual(data);
  });

  test.each([
    ["no JSON", "{"],
    ["an unknown key", JSON.stringify({ ...review(), script: "x" })],
    ["a text without bounds", JSON.stringify(review(environment({ error: "x".repeat(5_000) })))],
    ["another version", JSON.stringify({ ...review(), version: 2 })],
  ])("is refused with its path when it holds %s", (_, json) => {
    expect(() => parseReview(json)).toThrow(UntrustedReview);
  });

  test("the schema bounds every list and text", () => {
    expect(
      reviewSchema.safeParse(
        review(
          environment({
            renames: Array.from({ length: 501 }, () => ({ from: "a", to: "b", alias: "c", holdsData: false })),
          }),
        ),
      ).success,
    ).toBe(false);
  });
});
