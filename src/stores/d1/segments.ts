/**
 * What was sealed, as D1 keeps it: a row for each entry bundle whose records have left the table, and for each of the columns that
 * people ask by which bundles have which value. By it a query reads the bundles that can match, and no others.
 */
import { and, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { AuditFilters } from "../../gateway/ports.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import type { Scan } from "./audit-scan.ts";
import type { Database } from "./database.ts";
import { auditSegments } from "./schema/index.ts";

/** How many segments a query looks at for those filters that its first one does not answer: about a million records. */
const LOOKED = 4_000;
/** Sequence number >> SPAN_BITS is the row of `audit_spans`. */
const SPAN_BITS = 10;
/** Columns of the log by which segments are found; the most telling filter first. */
const FILTERED = ["agent", "action", "verdict", "state", "kind"] as const;
/** Columns whose values are noted of each segment. */
export const SEGMENT_COLUMNS = [...FILTERED, "act_id"] as const;

/** An entry bundle: records `first_seq` to `first_seq + 255`. */
export interface Segment {
	first_seq: number;
	sha256: string;
}

export interface FoundSegments {
	/** In the order asked for; at most so many. */
	segments: Segment[];
	/** The first number that was not looked at for want of room; null if there was room for all. */
	edge: number | null;
}

/** Segments that can have records that match, with numbers above and below as the scan says. */
export async function segmentsFor(db: Database, workspaceId: string, scan: Scan, limit: number): Promise<FoundSegments> {
	const { filters, order } = scan;
	const ascending = order === "asc";
	const lead = FILTERED.find((name) => filters[name] !== undefined);
	const source =
		lead === undefined
			? sql`audit_segments WHERE workspace_id = ${workspaceId}`
			: sql`audit_segment_values WHERE workspace_id = ${workspaceId} AND name = ${lead} AND value = ${filters[lead]}`;
	const direction = sql.raw(order);
	const rest = restOf(workspaceId, scan, lead);
	const room = rest.length === 0 ? limit : LOOKED;
	const rows = await db.all<{ looked: number; last: number | null } & Nullable<Segment>>(sql`
		WITH looked(first_seq) AS MATERIALIZED (
			SELECT first_seq FROM ${source} AND ${sql.join(placesOf(workspaceId, scan), sql` AND `)}
			ORDER BY first_seq ${direction} LIMIT ${room}
		)
		SELECT (SELECT count(*) FROM looked) AS looked, (SELECT ${sql.raw(ascending ? "max" : "min")}(first_seq) FROM looked) AS last,
			found.first_seq AS first_seq, found.sha256 AS sha256
		FROM (SELECT 1) LEFT JOIN (
			SELECT segment.first_seq, segment.sha256 FROM looked
			JOIN audit_segments AS segment ON segment.workspace_id = ${workspaceId} AND segment.first_seq = looked.first_seq
			WHERE ${sql.join([sql`true`, ...rest], sql` AND `)}
			ORDER BY segment.first_seq ${direction} LIMIT ${limit}
		) AS found ON true ORDER BY found.first_seq ${direction}`);
	const segments = rows.filter((row): row is typeof row & Segment => row.first_seq !== null);
	const { looked = 0, last = null } = rows[0] ?? {};
	const edge = looked < room || last === null ? null : ascending ? last + TILE_WIDTH : last - 1;
	return { segments: segments.map(({ first_seq, sha256 }) => ({ first_seq, sha256 })), edge };
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

/** Between which numbers segments can lie at all. */
function placesOf(workspaceId: string, { above, below, since, until }: Scan): SQL[] {
	const places = [sql`first_seq > ${above - TILE_WIDTH + 1}`];
	if (below !== null) places.push(sql`first_seq < ${below}`);
	if (since !== undefined)
		places.push(
			sql`first_seq > (SELECT min(span) << ${SPAN_BITS} FROM audit_spans WHERE workspace_id = ${workspaceId} AND last_time >= ${since}) - ${TILE_WIDTH}`,
		);
	if (until !== undefined)
		places.push(
			sql`first_seq < (SELECT (max(span) + 1) << ${SPAN_BITS} FROM audit_spans WHERE workspace_id = ${workspaceId} AND first_time < ${until})`,
		);
	return places;
}

function restOf(workspaceId: string, { filters, since, until }: Scan, lead: keyof AuditFilters | undefined): SQL[] {
	const rest = FILTERED.filter((name) => name !== lead && filters[name] !== undefined).map(
		(name) => sql`EXISTS (
			SELECT 1 FROM audit_segment_values AS has
			WHERE has.workspace_id = ${workspaceId} AND has.name = ${name} AND has.value = ${filters[name]}
				AND has.first_seq = segment.first_seq
		)`,
	);
	if (since !== undefined) rest.push(sql`segment.last_time >= ${since}`);
	if (until !== undefined) rest.push(sql`segment.first_time < ${until}`);
	return rest;
}

/** The segments that have records of an act, oldest first; at most so many. */
export async function segmentsOfAct(db: Database, workspaceId: string, actId: string, limit: number): Promise<Segment[]> {
	return db.all<Segment>(sql`
		SELECT segment.first_seq AS first_seq, segment.sha256 AS sha256 FROM audit_segment_values AS has
		JOIN audit_segments AS segment ON segment.workspace_id = has.workspace_id AND segment.first_seq = has.first_seq
		WHERE has.workspace_id = ${workspaceId} AND has.name = 'act_id' AND has.value = ${actId}
		ORDER BY has.first_seq LIMIT ${limit}`);
}

/** The segments that have records after one number up to and including another, oldest first. */
export async function segmentsBetween(db: Database, workspaceId: string, after: number, until: number): Promise<Segment[]> {
	const { workspace_id, first_seq, sha256 } = auditSegments;
	return db
		.select({ first_seq, sha256 })
		.from(auditSegments)
		.where(and(eq(workspace_id, workspaceId), gt(first_seq, after - TILE_WIDTH + 1), lte(first_seq, until)))
		.orderBy(first_seq);
}
