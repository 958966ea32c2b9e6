import PostalMime from "postal-mime";

export async function parseMail(raw: Buffer): Promise<{ subject: string; text: string }> {
  const { subject, text, html } = await PostalMime.parse(raw);
  return { subject: subject ?? "", text: text ?? html ?? "" };
}
