/** The items of lists: from KV, else R2, under the hash of their bytes. What does not hash to its name is not used. */
import type { Json } from "../../contract/json.ts";
import type { ListItems } from "../../gateway/list-ports.ts";
import type { BlobStore, Digests } from "../../gateway/ports.ts";
import { canonicalJson } from "../../policy/canonical-json.ts";

const KV_CACHE_SECONDS = 86_400;

export function createListItems(kv: KVNamespace, blobs: BlobStore, digests: Digests): ListItems {
	const keyOf = (workspaceId: string, sha256: string) => `${workspaceId}/list/${sha256}`;
	const itemsOf = (text: string | null, sha256: string): readonly Json[] | null =>
		text !== null && digests.sha256(text) === sha256 ? JSON.parse(text) : null;

	return {
		async load(workspaceId, sha256) {
			const key = keyOf(workspaceId, sha256);
			const cached = itemsOf(await kv.get(key, { cacheTtl: KV_CACHE_SECONDS }).catch(() => null), sha256);
			if (cached !== null) return cached;
			const bytes = await blobs.get(key);
			return itemsOf(bytes === null ? null : new TextDecoder().decode(bytes), sha256);
		},
		async save(workspaceId, sha256, items) {
			const text = canonicalJson(items as Json[]);
			const key = keyOf(workspaceId, sha256);
			await blobs.put(key, new TextEncoder().encode(text));
			await kv.put(key, text);
		},
	};
}
