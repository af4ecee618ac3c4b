/**
 * The sealed part of the log: entry bundles in R2 that D1 has an index of. What R2 gives is believed when it has the hash that was
 * noted when the bundle was sealed; an answer is never made of anything else, nor with a bundle left out.
 */
import { createHash } from "node:crypto";
import type { StoredRecord } from "../../gateway/ports.ts";
import { readEntryBundle } from "../../tlog/entry-bundle.ts";
import { entriesPath } from "../../tlog/tile-paths.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import type { Scan, Scanned } from "../d1/audit-scan.ts";
import type { Database } from "../d1/database.ts";
import { type Segment, segmentsBetween, segmentsFor, segmentsOfAct } from "../d1/segments.ts";
import { recordFilter } from "./record-filter.ts";

/** Bundles that one page reads at most: 16,384 records. */
const MOST_BUNDLES = 64;
/** Bundles that are fetched at once; a Worker has six connections. */
const AT_ONCE = 6;
/** Bundles that the records of one act are looked for in. */
const BUNDLES_OF_ACT = 32;

export interface Archive {
	/** Sealed records that match, as `scanLog` does it. */
	scan(workspaceId: string, scan: Scan): Promise<Pick<Scanned, "records" | "edge">>;
	/** The sealed records of an act, in order. */
	act(workspaceId: string, actId: string): Promise<StoredRecord[]>;
	/** The sealed records after one number up to and including another, in order. */
	between(workspaceId: string, after: number, until: number): Promise<StoredRecord[]>;
}

/** A sealed bundle is not in R2, or not as it was. */
export class ArchiveDamaged extends Error {
	override name = "ArchiveDamaged";
}

/**
 * @param readFile - a file of the published log by its path, or null
 * @param log - is told which bundle is damaged; the methods then reject with ArchiveDamaged
 * @param mostBundles - that one page reads
 */
export function createArchive(
	db: Database,
	readFile: (workspaceId: string, path: string) => Promise<Uint8Array | null>,
	log: (event: string, details: Record<string, unknown>) => void,
	mostBundles = MOST_BUNDLES,
): Archive {
	function damaged(workspaceId: string, path: string, what: string): ArchiveDamaged {
		log("archive_damaged", { workspace_id: workspaceId, path, what });
		return new ArchiveDamaged(`a sealed bundle ${what}`);
	}

	async function recordsIn(workspaceId: string, segment: Segment): Promise<StoredRecord[]> {
		const path = entriesPath(Math.floor(segment.first_seq / TILE_WIDTH), TILE_WIDTH);
		const bytes = await readFile(workspaceId, path);
		if (!bytes) throw damaged(workspaceId, path, "is missing");
		const entries = readEntryBundle(bytes, TILE_WIDTH);
		if (!entries || createHash("sha256").update(bytes).digest("hex") !== segment.sha256)
			throw damaged(workspaceId, path, "is not what was sealed");
		const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
		return entries.map((entry, i) => ({ seq: segment.first_seq + i, record: decoder.decode(entry) }));
	}

	/** Bundle after bundle, in order, several on their way at once: one at first, for a page is often full with it. */
	async function* bundles(workspaceId: string, segments: Segment[]): AsyncGenerator<StoredRecord[]> {
		for (let at = 0, width = 1; at < segments.length; at += width, width = Math.min(2 * width, AT_ONCE))
			yield* await Promise.all(segments.slice(at, at + width).map((segment) => recordsIn(workspaceId, segment)));
	}

	async function matching(workspaceId: string, segments: Segment[], matches: (row: StoredRecord) => boolean) {
		const records: StoredRecord[] = [];
		for await (const bundle of bundles(workspaceId, segments)) records.push(...bundle.filter(matches));
		return records;
	}

	return {
		async scan(workspaceId, scan) {
			const ascending = scan.order === "asc";
			const { segments, edge } = await segmentsFor(db, workspaceId, scan, mostBundles + 1);
			const beyond = segments.splice(mostBundles)[0];
			const matches = recordFilter(scan);
			const records: StoredRecord[] = [];
			for await (const bundle of bundles(workspaceId, segments)) {
				const found = bundle.filter(matches);
				records.push(...(ascending ? found : found.reverse()));
				if (records.length >= scan.limit) break;
			}
			const next = beyond && (ascending ? beyond.first_seq : beyond.first_seq + TILE_WIDTH - 1);
			return { records: records.slice(0, scan.limit), edge: next ?? edge };
		},

		async act(workspaceId, actId) {
			const segments = await segmentsOfAct(db, workspaceId, actId, BUNDLES_OF_ACT);
			return matching(workspaceId, segments, ({ record }) => (JSON.parse(record) as { act_id?: unknown }).act_id === actId);
		},

		async between(workspaceId, after, until) {
			const segments = await segmentsBetween(db, workspaceId, after, until);
			return matching(workspaceId, segments, ({ seq }) => seq > after && seq <= until);
		},
	};
}
