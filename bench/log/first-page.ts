/**
 * What the first page of a filtered query costs at a thousand records and at a million. The rows are made in D1 itself, by SQL; the
 * queries are the gateway's own.
 */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { applyMigrations } from "../../scripts/gateway/apply-migrations.ts";
import type { AuditQuery } from "../../src/gateway/ports.ts";
import { type Scan, scanLog } from "../../src/stores/d1/audit-scan.ts";
import { type Database, openDatabase } from "../../src/stores/d1/database.ts";

const FEW = 1_000;
const BATCH = 20_000;
const ROUNDS = 60;
/** The most that a page may cost at a million, measured in what it costs at a thousand. */
const MOST_TIMES = 1.5;
const START = Date.UTC(2026, 0, 1);

/** Every kind of question; the rare ones match some thousand records far from either end, or none. */
const moment = (rows: number, part: number) => new Date(START + Math.floor(rows * part) * 1_000).toISOString();
const QUERIES: Record<string, (rows: number) => Partial<AuditQuery>> = {
	"no filter": () => ({}),
	"no filter, oldest first": () => ({ order: "asc" }),
	"kind=action": () => ({ kind: "action" }),
	"kind=admin": () => ({ kind: "admin" }),
	"agent=busy": () => ({ agent: "busy" }),
	"agent=rare": () => ({ agent: "rare" }),
	"agent=nobody": () => ({ agent: "nobody" }),
	"action=mail.send": () => ({ action: "mail.send" }),
	"action=nothing": () => ({ action: "nothing" }),
	"verdict=allow": () => ({ verdict: "allow" }),
	"verdict=review": () => ({ verdict: "review" }),
	"state=executed": () => ({ state: "executed" }),
	"state=expired": () => ({ state: "expired" }),
	"since, recent": (rows) => ({ since: moment(rows, 0.99) }),
	"since, long ago": (rows) => ({ since: moment(rows, 0.1) }),
	"until, long ago": (rows) => ({ until: moment(rows, 0.1) }),
	"since and until, between": (rows) => ({ since: moment(rows, 0.5), until: moment(rows, 0.6) }),
	"since, to come": () => ({ since: "2999-01-01T00:00:00.000Z" }),
	"agent=busy, kind=action (tail --agent)": () => ({ agent: "busy", kind: "action" }),
	"kind=action, since recent (tail --since)": (rows) => ({ kind: "action", since: moment(rows, 0.99) }),
	"agent=busy, verdict=deny": () => ({ agent: "busy", verdict: "deny" }),
};
/** What has to look at records one by one: bounded, and so not the same at a thousand, which is less than the bound. */
const SCANS: Record<string, (rows: number) => Partial<AuditQuery>> = {
	"text, frequent": () => ({ text: "jordan" }),
	"text, nowhere": () => ({ text: "no such text" }),
	"agent=busy, verdict=review (never both)": () => ({ agent: "busy", verdict: "review" }),
};

/** @returns what is wrong */
export async function measureFirstPages(many: number): Promise<string[]> {
	const miniflare = new Miniflare(convertV4MiniflareOptions({ workers: [DATABASE] }));
	try {
		await applyMigrations(miniflare);
		const binding = (await miniflare.getD1Database("DB", "hivekey")) as unknown as D1Database;
		for (const trigger of ["audit_log_insert", "audit_log_span"]) await binding.prepare(`DROP TRIGGER ${trigger}`).run();
		await fill(binding, "ws_few", FEW);
		await fill(binding, "ws_many", many);
		const database = openDatabase(binding);
		return [
			...(await comparePages(database, many, "Filters", QUERIES, MOST_TIMES)),
			...(await comparePages(database, many, "Scans, bounded", SCANS, Number.POSITIVE_INFINITY)),
		];
	} finally {
		await miniflare.dispose();
	}
}

const DATABASE = {
	name: "hivekey",
	modules: true as const,
	script: "export default {}",
	compatibilityDate: "2026-11-02",
	d1Databases: { DB: "audit" },
};

async function comparePages(
	database: Database,
	many: number,
	heading: string,
	queries: typeof QUERIES,
	most: number,
): Promise<string[]> {
	console.log(`${heading.padEnd(44)} ${FEW} rows   ${many} rows   times`);
	const faults: string[] = [];
	for (const [name, queryOf] of Object.entries(queries)) {
		const cost = await measure(database, queryOf, many);
		const times = cost.many / cost.few;
		const cells = [cost.few.toFixed(2).padStart(6), cost.many.toFixed(2).padStart(10)];
		console.log(`${name.padEnd(44)} ${cells[0]} ms ${cells[1]} ms   ${times.toFixed(2)}${times > most ? "  TOO MUCH" : ""}`);
		if (times > most) faults.push(`first page, ${name}: ${times.toFixed(2)} times, wanted <= ${most}`);
	}
	return faults;
}

/** Of each the quarter that the machine disturbed least, measured in turn. */
async function measure(database: Database, queryOf: (rows: number) => Partial<AuditQuery>, many: number) {
	const times: { few: number[]; many: number[] } = { few: [], many: [] };
	for (let i = 0; i < ROUNDS; i++) {
		times.few.push(await timed(database, "ws_few", queryOf(FEW)));
		times.many.push(await timed(database, "ws_many", queryOf(many)));
	}
	const quarter = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(ROUNDS / 4)] ?? 0;
	return { few: quarter(times.few), many: quarter(times.many) };
}

async function timed(database: Database, workspace: string, query: Partial<AuditQuery>): Promise<number> {
	const { order = "desc", since, until, ...filters } = query;
	const page: Scan = { filters, order, above: 0, below: null, since, until, limit: 51 };
	const begun = performance.now();
	await scanLog(database, workspace, page);
	return performance.now() - begun;
}

/** Records as the triggers would want them, a second apart. They are not asked here: this measures reading. */
async function fill(db: D1Database, workspace: string, rows: number): Promise<void> {
	const hash = (seq: string) => `printf('%064d', ${seq})`;
	const record = `json_object('v', 1, 'seq', n, 'prev', ${hash("n - 1")}, 'event_id', printf('evt_%022d', n),
		'time', strftime('%Y-%m-%dT%H:%M:%S.000Z', ${START / 1_000} + n, 'unixepoch'),
		'kind', CASE WHEN n % 50 = 0 THEN 'admin' ELSE 'action' END, 'workspace', '${workspace}',
		'agent', CASE WHEN n % 50 = 0 THEN NULL WHEN n % 997 = 5 THEN 'rare' WHEN n % 4 = 0 THEN 'bot-' || (n % 89) ELSE 'busy' END,
		'act_id', printf('act_%022d', n / 2), 'action', CASE n % 3 WHEN 0 THEN 'mail.read' ELSE 'mail.send' END,
		'state', CASE WHEN n % 2 = 0 THEN 'executed' WHEN n % 991 = 7 THEN 'expired' ELSE 'intent' END,
		'verdict', CASE WHEN n % 2 = 0 THEN NULL WHEN n % 997 = 5 THEN 'review' WHEN n % 10 = 1 THEN 'deny' ELSE 'allow' END,
		'reason', 'within the limits', 'fields', json_object('to', 'jordan@acme.com', 'subject', printf('%0500d', n)))`;
	for (let from = 1; from <= rows; from += BATCH) {
		const to = Math.min(rows, from + BATCH - 1);
		await db
			.prepare(
				`WITH RECURSIVE s(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${to})
				INSERT INTO audit_log (workspace_id, seq, leaf_hash, record) SELECT '${workspace}', n, ${hash("n")}, ${record} FROM s`,
			)
			.run();
	}
	await db
		.prepare(
			`INSERT INTO audit_spans SELECT workspace_id, seq >> 10, min(time), max(time) FROM audit_log
			WHERE workspace_id = '${workspace}' GROUP BY seq >> 10`,
		)
		.run();
}
