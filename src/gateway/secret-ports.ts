/** What the use cases need of secrets: written by people, read by connectors alone. */

import type { Page } from "../contract/admin.ts";
import type { Secret } from "../contract/secrets.ts";
import type { AdminAct, PageRequest } from "./ports.ts";

/** A secret as it rests. Its version only grows, also over a deletion, so that one number never stands for two values. */
export interface StoredSecret {
	name: string;
	version: number;
	/** The sealed value; null once it was deleted. */
	sealed: string | null;
}

export interface SecretStore {
	/** Also of one that was deleted. */
	get(workspaceId: string, name: string): Promise<StoredSecret | null>;
	list(workspaceId: string, page: PageRequest): Promise<Page<Secret>>;
	/** The version of every secret that is set. */
	versions(workspaceId: string): Promise<Map<string, number>>;
	/** False, and nothing changed, if another change took this version first. */
	put(workspaceId: string, secret: StoredSecret & { sealed: string; key_id: string }, act: AdminAct): Promise<boolean>;
	/** False if it is not set. */
	delete(workspaceId: string, name: string, act: AdminAct): Promise<boolean>;
	/** Secrets of the whole deployment that another key than this one seals. */
	sealedByOthers(keyId: string, limit: number): Promise<(StoredSecret & { workspace_id: string; sealed: string })[]>;
	/** Puts the same value, sealed anew, in the place of what was there; nothing if it was changed meanwhile. */
	reseal(workspaceId: string, name: string, from: string, to: { sealed: string; key_id: string }): Promise<boolean>;
}

/** Seals and opens values. What is sealed can be opened only as the same version of the same secret of the same workspace. */
export interface SecretBox {
	/** Of the key that seals now. */
	keyId: string;
	seal(which: SecretIdentity, value: string): Promise<string>;
	/** Null if no key that there is opens it. */
	open(which: SecretIdentity, sealed: string): Promise<string | null>;
}

export interface SecretIdentity {
	workspaceId: string;
	name: string;
	version: number;
}

/** The values themselves, for whoever sends them; never for an answer or a log. */
export interface SecretValues {
	/** Null if that version is not the one that is set, or cannot be opened. */
	load(which: SecretIdentity): Promise<string | null>;
	/** The version that is set now. For what runs beside an agent's call; a call has its version in its role. */
	current(workspaceId: string, name: string): Promise<{ version: number; value: string } | null>;
	/** Has a value at hand where it is looked for first. */
	save(which: SecretIdentity, sealed: string): Promise<void>;
	forget(which: SecretIdentity): Promise<void>;
}

/** All of it. */
export interface SecretPorts {
	secrets: SecretStore;
	secretBox: SecretBox;
	secretValues: SecretValues;
}
