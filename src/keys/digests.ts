/**
 * Digests of what must not be read. They are keyed, so that whoever may read the log cannot find a short value by trying:
 * the key is derived from a Worker secret and differs from workspace to workspace.
 */
import { createHash, createHmac } from "node:crypto";
import { ID_RANDOM_BYTES, makeId } from "../contract/ids.ts";
import type { Digests, Ids } from "../gateway/ports.ts";

/** @param secrets - the Worker secret HIVEKEY_TOKEN_KEY; other keys are derived by name from the first that it holds */
export function createDigests(secrets: string): Digests {
	const [secret = ""] = secrets.split(",");
	const keys = new Map<string, Buffer>();
	function keyOf(workspaceId: string): Buffer {
		let key = keys.get(workspaceId);
		if (!key) {
			key = createHmac("sha256", secret).update(`input-digest:${workspaceId}`).digest();
			if (keys.size > 10_000) keys.clear();
			keys.set(workspaceId, key);
		}
		return key;
	}
	return {
		ofInput: (workspaceId, text) => `hmac-sha256:${createHmac("sha256", keyOf(workspaceId)).update(text).digest("hex")}`,
		sha256: (text) => createHash("sha256").update(text).digest("hex"),
	};
}

const POOL = new Uint8Array(4_096);
let used = POOL.length;

/** Random bytes for one id, out of a pool: asking the platform for each is most of what an id costs. */
function chance(): Uint8Array {
	if (used + ID_RANDOM_BYTES > POOL.length) {
		crypto.getRandomValues(POOL);
		used = 0;
	}
	used += ID_RANDOM_BYTES;
	return POOL.subarray(used - ID_RANDOM_BYTES, used);
}

/** Ids with the machine's clock and chance. */
export const systemIds: Ids = { make: (prefix) => makeId(prefix, Date.now(), chance()) };
