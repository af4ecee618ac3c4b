/**
 * The one query by which people read the log: records in the order of their numbers that match, by the index that fits best, never
 * looking at more than SCAN of them. So a page costs the same whether a thousand records lie behind it or a million.
 */
import { type SQL, sql } from "drizzle-orm";
import type { AuditFilters, StoredRecord } from "../../gateway/ports.ts";
import type { Database } from "./database.ts";

/** How many records a query looks at for those filters that its index does not answer. */
const SCAN = 1_500;
/** No sequence number is as high. */
const BEYOND = Number.MAX_SAFE_INTEGER;
/** Sequence number >> SPAN_BITS is the row of `audit_spans`. */
const SPAN_BITS = 10;

export interface Scan {
	filters: AuditFilters;
	order: "asc" | "desc";
	/** Only numbers above this one, and below that one. */
	above: number;
	below: number | null;
	/** Only records of this time or later, and before that one: RFC 3339 in UTC with milliseconds. */
	since?: string | undefined;
	until?: string | undefined;
	limit: number;
}

export interface Scanned {
	/** At most `limit`, in the order asked for. */
	records: StoredRecord[];
	/** The first number that was not looked at for want of room; null if there was room for all. */
	edge: number | null;
	/** The newest number of the log, at the same moment. */
	head: number;
	/** Up to which number records had left the table at that moment. */
	sealed: number;
}

/** The filters that an index answers, the most telling first: one is taken, the others are looked at record by record. */
const INDEXED = ["agent", "action", "verdict", "state", "kind"] as const;

/** @returns what was found; records, edge and head are of one moment */
export async function scanLog(db: Database, workspaceId: string, scan: Scan): Promise<Scanned> {
	const { filters, order, since, until, limit } = scan;
	const lead = INDEXED.find((name) => filters[name] !== undefined);
	const source = lead === undefined ? sql`audit_log` : sql.raw(`audit_log INDEXED BY audit_log_by_${lead}`);
	const direction = sql.raw(order);
	// One bound on each side: of two the planner would seek to the first, and look at every record behind it for the other.
	const above = highest([sql`${scan.above}`, ...(since === undefined ? [] : [beginsAt(workspaceId, since)])]);
	const below = lowest([
		...(scan.below === null ? [] : [sql`${scan.below}`]),
		...(until === undefined ? [] : [endsAt(workspaceId, until)]),
	]);
	const equal = sql.join(
		[sql`workspace_id = ${workspaceId}`, ...(lead === undefined ? [] : [sql`${sql.raw(lead)} = ${filters[lead]}`])],
		sql` AND `,
	);
	const rest = restOf(filters, lead, since, until);
	const edge =
		rest.length === 0
			? sql`NULL`
			: sql`(SELECT seq FROM ${source} WHERE ${equal} AND seq > ${above} AND seq < ${below} ORDER BY seq ${direction} LIMIT 1 OFFSET ${SCAN})`;
	const up = order === "asc" && rest.length > 0 ? lowest([below, sql`coalesce((SELECT at FROM edge), ${BEYOND})`]) : below;
	const down = order === "desc" && rest.length > 0 ? highest([above, sql`coalesce((SELECT at FROM edge), 0)`]) : above;
	const rows = await db.all<{
		edge: number | null;
		head: number | null;
		sealed: number | null;
		seq: number | null;
		record: string;
	}>(sql`
		WITH edge(at, head, sealed) AS MATERIALIZED (SELECT
			${edge},
			(SELECT max(seq) FROM audit_log WHERE workspace_id = ${workspaceId}),
			(SELECT sealed_seq FROM audit_watermarks WHERE workspace_id = ${workspaceId})
		)
		SELECT edge.at AS edge, edge.head AS head, edge.sealed AS sealed, page.seq AS seq, page.record AS record FROM edge LEFT JOIN (
			SELECT seq, record FROM ${source} WHERE ${sql.join([equal, sql`seq > ${down} AND seq < ${up}`, ...rest], sql` AND `)}
			ORDER BY seq ${direction} LIMIT ${limit}
		) AS page ON true ORDER BY page.seq ${direction}`);
	const records = rows.filter((row): row is typeof row & StoredRecord => row.seq !== null);
	const sealed = rows[0]?.sealed ?? 0;
	return {
		records: records.map(({ seq, record }) => ({ seq, record })),
		edge: rows[0]?.edge ?? null,
		head: Math.max(rows[0]?.head ?? 0, sealed),
		sealed,
	};
}

/** Of a time the number before the first one where it may be found; none is higher than {@link BEYOND}, if it may be nowhere. */
function beginsAt(workspaceId: string, since: string): SQL {
	const span = sql`SELECT min(span) FROM audit_spans WHERE workspace_id = ${workspaceId} AND last_time >= ${since}`;
	return sql`coalesce(((${span}) << ${SPAN_BITS}) - 1, ${BEYOND})`;
}

/** The number behind the last one where an earlier time may be found, 0 if it may be nowhere. */
function endsAt(workspaceId: string, until: string): SQL {
	const span = sql`SELECT max(span) FROM audit_spans WHERE workspace_id = ${workspaceId} AND first_time < ${until}`;
	return sql`coalesce(((${span}) + 1) << ${SPAN_BITS}, 0)`;
}

function highest(bounds: SQL[]): SQL {
	return bounds.length === 1 ? (bounds[0] as SQL) : sql`max(${sql.join(bounds, sql`, `)})`;
}

function lowest(bounds: SQL[]): SQL {
	if (bounds.length === 0) return sql`${BEYOND}`;
	return bounds.length === 1 ? (bounds[0] as SQL) : sql`min(${sql.join(bounds, sql`, `)})`;
}

/** What the index does not answer. The `+` keeps the planner from another index, which would not be in the order of the numbers. */
function restOf(
	filters: AuditFilters,
	lead: (typeof INDEXED)[number] | undefined,
	since: string | undefined,
	until: string | undefined,
): SQL[] {
	const rest = INDEXED.filter((name) => name !== lead && filters[name] !== undefined).map(
		(name) => sql`+${sql.raw(name)} = ${filters[name]}`,
	);
	if (since !== undefined) rest.push(sql`+time >= ${since}`);
	if (until !== undefined) rest.push(sql`+time < ${until}`);
	if (filters.text !== undefined) rest.push(sql`instr(lower(record), lower(${filters.text})) > 0`);
	return rest;
}
