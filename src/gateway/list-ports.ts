/** What the use cases need of the lists of a workspace. */
import type { List, Page } from "../contract/admin.ts";
import type { Json } from "../contract/json.ts";
import type { AdminAct, PageRequest } from "./ports.ts";

/** Which items each name stands for. */
export interface ListStore {
	get(workspaceId: string, name: string): Promise<List | null>;
	list(workspaceId: string, page: PageRequest): Promise<Page<List>>;
	put(workspaceId: string, list: List, act: AdminAct): Promise<void>;
	/** Refused while a role in force takes it. What its items were stays, for revisions that took them. */
	delete(workspaceId: string, name: string, act: AdminAct): Promise<"deleted" | "not_found" | "in_use">;
}

/** The items themselves, by the SHA-256 of their canonical JSON: written once, never changed. */
export interface ListItems {
	/** Null if no store has them whole. */
	load(workspaceId: string, sha256: string): Promise<readonly Json[] | null>;
	save(workspaceId: string, sha256: string, items: readonly Json[]): Promise<void>;
}
