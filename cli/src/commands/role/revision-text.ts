/** `rev 1 · 2 grants`. */
export function revisionText({ rev, grants }: { rev: number; grants: number }): string {
	return `rev ${rev} · ${grants} ${grants === 1 ? "grant" : "grants"}`;
}
