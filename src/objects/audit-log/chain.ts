/** Hashes of the log. Synchronous on purpose: an await between reading the head and writing it would let two records share one. */
import { createHash } from "node:crypto";

const LEAF_PREFIX = new Uint8Array([0]);

/**
 * The leaf hash of a record, hex.
 * @see https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 */
export function leafHash(record: string): string {
	return createHash("sha256").update(LEAF_PREFIX).update(record).digest("hex");
}
