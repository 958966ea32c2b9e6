/** The reference app's page, its script and its style: all of its own origin, nothing inline, as the policy demands. */

export interface PageFacts {
  project: string;
  environment: string;
}

export function page({ project, environment }: PageFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(project)}</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/_next/static/reference.css">
<script src="/_next/static/reference.js" defer></script>
</head>
<body>
<main>
<h1 data-project="${escapeHtml(project)}">${escapeHtml(project)}</h1>
<p>Environment: <strong>${escapeHtml(environment)}</strong></p>
<p>Status: <output id="status">unknown</output></p>
<form id="feedback" action="/api/feedback" method="post"><label>Feedback <input name="text" maxlength="200"></label> <button>Send</button></form>
</main>
</body>
</html>
`;
}

export const SCRIPT = `const output = document.getElementById("status");
fetch("/api/status", { headers: { accept: "application/json" } })
  .then((response) => response.json())
  .then(({ status }) => {
    output.textContent = status;
    output.dataset.ready = "yes";
  })
  .catch(() => {
    output.textContent = "unreachable";
  });
`;

export const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
h1 { letter-spacing: -0.02em; }
output { font-weight: 600; }
`;

/** A 1 x 1 pixel icon: browsers ask for one, and a 404 would count as an error of the page. */
export const ICON = Buffer.from(
  "AAABAAEAAQEAAAEAIAAwAAAAFgAAACgAAAABAAAAAgAAAAEAIAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
  "base64",
);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
