/** Reads a mail by postal-mime. A mail that cannot be read is still a mail: it has no subject, and says so. */
import PostalMime, { type Address } from "postal-mime";
import type { ParsedMail } from "../../gateway/ports.ts";

const LIMITS = { maxNestingDepth: 32, maxHeadersSize: 262_144 };
const MAX_ATTACHMENTS = 200;
const MAX_ADDRESSES = 200;

export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
	try {
		const mail = await PostalMime.parse(raw, LIMITS);
		return {
			from: addressesOf(mail.from ? [mail.from] : [])[0] ?? "",
			to: addressesOf(mail.to ?? []),
			subject: short(mail.subject ?? ""),
			body: (mail.text ?? mail.html ?? "").toWellFormed(),
			body_type: mail.text === undefined && mail.html !== undefined ? "text/html" : "text/plain",
			attachments: mail.attachments.slice(0, MAX_ATTACHMENTS).map((attachment) => ({
				name: short(attachment.filename ?? "unnamed"),
				type: short(attachment.mimeType),
				size: typeof attachment.content === "string" ? attachment.content.length : attachment.content.byteLength,
			})),
		};
	} catch {
		return { from: "", to: [], subject: "(this mail could not be read)", body: "", body_type: "text/plain", attachments: [] };
	}
}

function addressesOf(addresses: Address[]): string[] {
	return addresses
		.flatMap((address) => ("group" in address && address.group ? address.group : [address]))
		.map((address) => short(address.address ?? ""))
		.filter((address) => address !== "")
		.slice(0, MAX_ADDRESSES);
}

function short(text: string): string {
	return text.slice(0, 998).toWellFormed();
}
