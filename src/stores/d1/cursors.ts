/** Cursors of keyset pages: the key of the last item, as base64url of JSON. A cursor that is not one of ours is refused. */
import type { Page } from "../../contract/admin.ts";
import { InvalidCursor } from "../../gateway/ports.ts";

export function encodeCursor(key: string | number): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(key))))
		.replace(/\+/g, "-")
		.replace(/\//g, "_")
		.replace(/=+$/, "");
}

/**
 * The key in a cursor, or null if there is none.
 * @throws InvalidCursor if it is not one of a list with keys of this type
 */
export function decodeCursor(cursor: string | null, type: "string"): string | null;
export function decodeCursor(cursor: string | null, type: "number"): number | null;
export function decodeCursor(cursor: string | null, type: "string" | "number"): string | number | null {
	if (cursor === null) return null;
	const key = parseCursor(cursor);
	if (typeof key !== type) throw new InvalidCursor("this cursor does not belong to this list");
	return key as string | number;
}

function parseCursor(cursor: string): unknown {
	try {
		const bytes = Uint8Array.from(atob(cursor.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		return undefined;
	}
}

/** Cuts one row too many into a page. */
export function pageOf<R, T>(rows: R[], limit: number, keyOf: (row: R) => string | number, read: (row: R) => T): Page<T> {
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return { items: shown.map(read), next_cursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
