/**
 * Conditions on the revision that somebody saw (RFC 9110, section 13). A role's entity tag names its revision and its content.
 */

/** `If-Match` and `If-None-Match` as sent; null where absent. */
export interface Precondition {
	ifMatch: string | null;
	ifNoneMatch: string | null;
}

export const NO_PRECONDITION: Precondition = { ifMatch: null, ifNoneMatch: null };

/** The strong entity tag of a revision. */
export function entityTag(role: { rev: number; hash: string }): string {
	return `"${role.rev}-${role.hash.slice(0, 16)}"`;
}

/** Whether the state that the caller counts on is the one in force; null stands for "no such role". */
export function stillHolds({ ifMatch, ifNoneMatch }: Precondition, current: { rev: number; hash: string } | null): boolean {
	if (ifMatch !== null && !lists(ifMatch, current)) return false;
	return ifNoneMatch === null || !lists(ifNoneMatch, current);
}

function lists(header: string, current: { rev: number; hash: string } | null): boolean {
	if (current === null) return false;
	const tags = header.split(",").map((tag) => tag.trim());
	return tags.includes("*") || tags.includes(entityTag(current));
}
