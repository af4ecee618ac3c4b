/**
 * The log across the border: what is in D1, and what is sealed. D1 is asked first, and says up to where records had left it at that
 * moment; the archive only grows, so that whatever is sealed in between is found in one of the two.
 */
import type { StoredRecord } from "../../gateway/ports.ts";
import { toHex } from "../../tlog/bytes.ts";
import { leafHash } from "../../tlog/merkle-tree.ts";
import { type Scan, type Scanned, scanLog } from "../d1/audit-scan.ts";
import type { Database } from "../d1/database.ts";
import type { Archive } from "./archive.ts";

/** Records that match, as `scanLog` answers them, of the whole log. */
export async function scanWholeLog(db: Database, archive: Archive, workspaceId: string, scan: Scan): Promise<Scanned> {
	const recent = await scanLog(db, workspaceId, scan);
	const { sealed, head } = recent;
	// All that was asked for is above the border.
	if (sealed <= scan.above) return recent;
	const below = Math.min(scan.below ?? Number.MAX_SAFE_INTEGER, sealed + 1);
	if (scan.order === "asc") {
		const older = await archive.scan(workspaceId, { ...scan, below });
		if (older.records.length >= scan.limit || older.edge !== null) return { ...recent, ...older };
		return { ...recent, records: [...older.records, ...recent.records].slice(0, scan.limit) };
	}
	if (recent.records.length >= scan.limit || recent.edge !== null) return recent;
	const older = await archive.scan(workspaceId, { ...scan, below, limit: scan.limit - recent.records.length });
	return { records: [...recent.records, ...older.records], edge: older.edge, head, sealed };
}

/** An act's records, at most so many, given those that D1 has. */
export async function actAcross<R extends StoredRecord>(
	archive: Archive,
	workspaceId: string,
	actId: string,
	recent: R[],
	limit: number,
): Promise<StoredRecord[]> {
	const older = await archive.act(workspaceId, actId);
	const last = older.at(-1)?.seq ?? 0;
	return [...older, ...recent.filter(({ seq }) => seq > last)].slice(0, limit);
}

/**
 * Neighbouring records after one number up to and including another, given those that D1 has of them: what is missing in front of
 * them is sealed.
 */
export async function rangeAcross<R extends StoredRecord>(
	archive: Archive,
	workspaceId: string,
	after: number,
	until: number,
	recent: R[],
): Promise<(R | StoredRecord)[]> {
	const upTo = Math.min(until, (recent[0]?.seq ?? Number.MAX_SAFE_INTEGER) - 1);
	return upTo <= after ? recent : [...(await archive.between(workspaceId, after, upTo)), ...recent];
}

/** Records after a number with their leaf hashes, at most so many, given those that D1 has. */
export async function recordsAcross(
	archive: Archive,
	workspaceId: string,
	after: number,
	limit: number,
	recent: (StoredRecord & { hash: string })[],
): Promise<(StoredRecord & { hash: string })[]> {
	const records = await rangeAcross(archive, workspaceId, after, after + limit, recent);
	return records.slice(0, limit).map((row) => ("hash" in row ? row : { ...row, hash: toHex(leafHash(row.record)) }));
}
