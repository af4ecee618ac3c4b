/**
 * Compiled roles: from the isolate, else KV, else D1. Everything lies under the hash of its own bytes, so nothing here can be
 * stale; what does not hash to its name is not used.
 */
import type { CompiledRoles, Digests } from "../../gateway/ports.ts";
import { type LoadedRole, loadRole, readCompiledRole } from "../../policy/load-role.ts";

/** How many loaded roles an isolate keeps. */
const KEPT = 500;
const KV_CACHE_SECONDS = 86_400;

/** @param fromDatabase - the text by hash, from the source of truth */
export function createCompiledRoles(
	kv: KVNamespace,
	fromDatabase: (workspaceId: string, hash: string) => Promise<string | null>,
	digests: Digests,
): CompiledRoles {
	const loaded = new Map<string, LoadedRole>();
	const keyOf = (workspaceId: string, hash: string) => `${workspaceId}/role/${hash}`;

	async function read(workspaceId: string, hash: string): Promise<string | null> {
		const cached = await kv.get(keyOf(workspaceId, hash), { cacheTtl: KV_CACHE_SECONDS }).catch(() => null);
		if (cached !== null && digests.sha256(cached) === hash) return cached;
		const stored = await fromDatabase(workspaceId, hash);
		return stored !== null && digests.sha256(stored) === hash ? stored : null;
	}

	return {
		async load(workspaceId, hash) {
			const key = keyOf(workspaceId, hash);
			const known = loaded.get(key);
			if (known) return known;
			const text = await read(workspaceId, hash);
			const compiled = text === null ? null : readCompiledRole(text);
			if (!compiled) return null;
			const role = loadRole(compiled);
			loaded.set(key, role);
			if (loaded.size > KEPT) loaded.delete(loaded.keys().next().value as string);
			return role;
		},
		async save(workspaceId, hash, bytes) {
			await kv.put(keyOf(workspaceId, hash), bytes);
		},
	};
}
