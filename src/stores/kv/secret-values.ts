/**
 * The values of secrets: from the isolate, else KV, else D1. KV and D1 have them sealed; a version never changes its value, so nothing
 * here can be stale. What is in the isolate's memory is what a call needs anyway.
 */
import type { SecretBox, SecretIdentity, SecretStore, SecretValues } from "../../gateway/secret-ports.ts";

/** How many an isolate keeps. */
const KEPT = 1_000;
const KV_CACHE_SECONDS = 3_600;

export function createSecretValues(kv: KVNamespace, store: Pick<SecretStore, "get">, box: SecretBox): SecretValues {
	const known = new Map<string, string>();
	const keyOf = ({ workspaceId, name, version }: SecretIdentity) => `${workspaceId}/secret/${name}/${version}`;

	function keep(key: string, value: string): string {
		known.set(key, value);
		if (known.size > KEPT) known.delete(known.keys().next().value as string);
		return value;
	}

	async function fromDatabase(which: SecretIdentity): Promise<string | null> {
		const stored = await store.get(which.workspaceId, which.name);
		if (stored === null || stored.sealed === null || stored.version !== which.version) return null;
		return box.open(which, stored.sealed);
	}

	return {
		async load(which) {
			if (which.version === 0) return null;
			const key = keyOf(which);
			const held = known.get(key);
			if (held !== undefined) return held;
			const sealed = await kv.get(key, { cacheTtl: KV_CACHE_SECONDS }).catch(() => null);
			const value = (sealed === null ? null : await box.open(which, sealed)) ?? (await fromDatabase(which));
			return value === null ? null : keep(key, value);
		},
		async current(workspaceId, name) {
			const stored = await store.get(workspaceId, name);
			if (stored === null || stored.sealed === null) return null;
			const value = await box.open({ workspaceId, name, version: stored.version }, stored.sealed);
			return value === null ? null : { version: stored.version, value };
		},
		async save(which, sealed) {
			await kv.put(keyOf(which), sealed);
		},
		async forget(which) {
			known.delete(keyOf(which));
			await kv.delete(keyOf(which));
		},
	};
}
