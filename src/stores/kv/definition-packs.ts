/** The definitions of roles: from KV, else R2, under the hash of their bytes. What does not hash to its name is not used. */
import type { DefinitionPacks } from "../../gateway/connector-ports.ts";
import type { BlobStore, Digests } from "../../gateway/ports.ts";

const KV_CACHE_SECONDS = 86_400;

export function createDefinitionPacks(kv: KVNamespace, blobs: BlobStore, digests: Digests): DefinitionPacks {
	const keyOf = (workspaceId: string, sha256: string) => `${workspaceId}/definitions/${sha256}`;
	const whole = (text: string | null, sha256: string) => (text !== null && digests.sha256(text) === sha256 ? text : null);

	return {
		async load(workspaceId, sha256) {
			const key = keyOf(workspaceId, sha256);
			const cached = whole(await kv.get(key, { cacheTtl: KV_CACHE_SECONDS }).catch(() => null), sha256);
			if (cached !== null) return cached;
			const bytes = await blobs.get(key);
			return whole(bytes === null ? null : new TextDecoder().decode(bytes), sha256);
		},
		async save(workspaceId, sha256, text) {
			const key = keyOf(workspaceId, sha256);
			await blobs.put(key, new TextEncoder().encode(text));
			await kv.put(key, text);
		},
	};
}
