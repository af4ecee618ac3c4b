/**
 * Compiled roles: from the isolate, else KV, else D1. Everything lies under the hash of its own bytes, so nothing here can be
 * stale; what does not hash to its name is not used.
 */
import type { Json } from "../../contract/json.ts";
import type { DefinitionPacks } from "../../gateway/connector-ports.ts";
import type { ListItems } from "../../gateway/list-ports.ts";
import type { CompiledRoles, Digests } from "../../gateway/ports.ts";
import { grantedBefore } from "../../gateway/recompile-role.ts";
import type { CompiledRole } from "../../policy/compiled-role.ts";
import { type LoadedRole, listsOf, loadRole } from "../../policy/load-role.ts";
import { readStoredRole } from "../../policy/stored-role.ts";

/** How many loaded roles an isolate keeps, and how many items in all their lists: an item takes some 60 bytes. */
const KEPT = 500;
const KEPT_ITEMS = 500_000;
/** Definitions count as well: parsed, so many characters of them take what an item takes. */
const CHARACTERS_AN_ITEM = 15;
const KV_CACHE_SECONDS = 86_400;

export interface CompiledRoleSources {
	/** The text by hash, from the source of truth. */
	fromDatabase(workspaceId: string, hash: string): Promise<string | null>;
	/** The role of a text that this code cannot read, compiled again from its source; null if it cannot be. */
	recompile(workspaceId: string, hash: string, text: string): Promise<CompiledRole | null>;
	listItems: ListItems;
	definitionPacks: DefinitionPacks;
}

export function createCompiledRoles(kv: KVNamespace, sources: CompiledRoleSources, digests: Digests): CompiledRoles {
	const loaded = new Map<string, LoadedRole>();
	const weights = new Map<string, number>();
	let loadedItems = 0;
	const keyOf = (workspaceId: string, hash: string) => `${workspaceId}/role/${hash}`;

	async function read(workspaceId: string, hash: string): Promise<string | null> {
		const cached = await kv.get(keyOf(workspaceId, hash), { cacheTtl: KV_CACHE_SECONDS }).catch(() => null);
		if (cached !== null && digests.sha256(cached) === hash) return cached;
		const stored = await sources.fromDatabase(workspaceId, hash);
		return stored !== null && digests.sha256(stored) === hash ? stored : null;
	}

	/** What the lists that a role takes hold; null if one of them is in no store. */
	async function listsFor(workspaceId: string, compiled: CompiledRole): Promise<Map<string, readonly Json[]> | null> {
		const found = new Map<string, readonly Json[]>();
		for (const { sha256 } of listsOf(compiled)) {
			const items = await sources.listItems.load(workspaceId, sha256);
			if (items === null) return null;
			found.set(sha256, items);
		}
		return found;
	}

	/** The role of a stored text, its definitions joined to it; `weight` is what those take, in list items. */
	async function wholeRole(
		workspaceId: string,
		hash: string,
		text: string,
	): Promise<{ compiled: CompiledRole; weight: number } | null> {
		const read = readStoredRole(text);
		if (read?.kind === "whole") return { compiled: read.role, weight: 0 };
		const pack = read && (await sources.definitionPacks.load(workspaceId, read.definitions));
		if (read && pack === null) return null;
		const compiled = (read && pack !== null && read.join(pack)) || (await sources.recompile(workspaceId, hash, text));
		return compiled && { compiled, weight: Math.ceil((pack?.length ?? 0) / CHARACTERS_AN_ITEM) };
	}

	/** Keeps a role in the place of the oldest ones. */
	function keep(key: string, role: LoadedRole, definitions: number): void {
		const weight = itemsOf(role) + definitions;
		loaded.set(key, role);
		weights.set(key, weight);
		loadedItems += weight;
		for (const oldest of loaded.keys()) {
			if (oldest === key || (loaded.size <= KEPT && loadedItems <= KEPT_ITEMS)) return;
			loaded.delete(oldest);
			loadedItems -= weights.get(oldest) ?? 0;
			weights.delete(oldest);
		}
	}

	return {
		async load(workspaceId, hash) {
			const key = keyOf(workspaceId, hash);
			const known = loaded.get(key);
			if (known) return known;
			const text = await read(workspaceId, hash);
			const whole = text === null ? null : await wholeRole(workspaceId, hash, text);
			if (!whole) return null;
			const { compiled, weight } = whole;
			const lists = await listsFor(workspaceId, compiled);
			if (!lists) return null;
			const role = loadRole(compiled, ({ sha256 }) => lists.get(sha256) ?? []);
			if (!loaded.has(key)) keep(key, role, weight);
			return role;
		},
		async granted(workspaceId, hash) {
			const text = await read(workspaceId, hash);
			return text === null ? null : grantedBefore(text);
		},
		async save(workspaceId, hash, bytes) {
			await kv.put(keyOf(workspaceId, hash), bytes);
		},
	};
}

/** How many items the lists hold that a role takes from its workspace. */
function itemsOf({ compiled }: LoadedRole): number {
	return listsOf(compiled).reduce((sum, { count }) => sum + count, 0);
}
