/** The digest that stands in a record for a value that was too long for it. */
import { createHash } from "node:crypto";

/** `sha256:` and the hex of SHA-256 over the text's bytes in UTF-8. No key: who has the value can check it. */
export function textDigest(text: string): string {
	return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
