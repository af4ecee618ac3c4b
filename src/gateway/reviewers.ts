/**
 * Whom a key stands for when people sign off. Whoever can make keys could otherwise make a second opinion for themselves: a key that
 * another one made counts as its maker's, up to the key that the operator made.
 */
import type { KeyScope } from "../contract/admin.ts";
import type { Reviewer } from "./review-ports.ts";

export interface OwnedKey {
	id: string;
	owner: string;
	scopes: KeyScope[];
	/** Null for one that the operator made. */
	made_by: string | null;
	revoked: boolean;
}

/**
 * What has to be known of whoever decides.
 * @param keys - all keys of the workspace, the revoked ones too
 * @param made_by - the key that made the agent; null where nobody knows, and then everybody counts as its maker
 */
export function reviewerFacts(
	keys: readonly OwnedKey[],
	keyId: string,
	made_by: string | null,
): Pick<Reviewer, "principal" | "is_maker" | "others" | "revoked_keys"> {
	const byId = new Map(keys.map((key) => [key.id, key]));
	const principal = principalOf(byId, keyId);
	const maker = made_by === null ? principal : principalOf(byId, made_by);
	const mayReview = keys.filter((key) => !key.revoked && key.scopes.some((scope) => scope === "review" || scope === "admin"));
	return {
		principal,
		is_maker: principal === maker,
		others: mayReview.some((key) => principalOf(byId, key.id) !== maker),
		revoked_keys: keys.filter((key) => key.revoked).map((key) => key.id),
	};
}

/** The owner at the beginning of the chain of makers. Letter case and space around a name make no second person. */
export function principalOf(keys: ReadonlyMap<string, OwnedKey>, keyId: string): string {
	let key = keys.get(keyId);
	const seen = new Set<string>();
	while (key?.made_by && keys.has(key.made_by) && !seen.has(key.id)) {
		seen.add(key.id);
		key = keys.get(key.made_by);
	}
	return key?.owner.trim().toLowerCase() ?? "";
}
