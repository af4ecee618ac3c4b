/** The log as it rests in D1: whether it has everything, and whether it is intact. */
import { createHash } from "node:crypto";
import type { RunningGateway } from "../../scripts/gateway/run-gateway.ts";

/** Answered calls by their ids. */
export interface Answered {
	allowed: string[];
	refused: string[];
}

export interface LogCheck {
	rows: number;
	highestSeq: number;
	admin: number;
	intent: number;
	executed: number;
	denied: number;
	/** What is wrong, nothing if all is well. */
	faults: string[];
}

export interface StoredLog {
	/** Tells how many records the calls of a round make. */
	expect(records: number): void;
	/** Waits until the log has all expected records. @returns how long that took, in milliseconds */
	drained(): Promise<number>;
	/** Reads it from the first record to the last. */
	check(answered: Answered): Promise<LogCheck>;
}

const DRAIN_LIMIT_MS = 120_000;
const POLL_MS = 10;
const PAGE = 2_000;

type Database = Awaited<ReturnType<RunningGateway["miniflare"]["getD1Database"]>>;

export async function openStoredLog(gateway: RunningGateway, workspaceId: string): Promise<StoredLog> {
	const db = await gateway.miniflare.getD1Database("DB", "hivekey");
	await until(
		"the administrative acts to be on the log",
		async () => (await number(db, "SELECT count(*) FROM admin_acts")) === 0,
	);
	const highest = () => number(db, "SELECT coalesce(max(seq), 0) FROM audit_log WHERE workspace_id = ?", workspaceId);
	let expected = await highest();
	return {
		expect(records) {
			expected += records;
		},
		drained: () => until(`the log to have ${expected} records`, async () => (await highest()) >= expected),
		check: (answered) => check(db, workspaceId, answered),
	};
}

async function check(db: Database, workspaceId: string, answered: Answered): Promise<LogCheck> {
	const found: LogCheck = { rows: 0, highestSeq: 0, admin: 0, intent: 0, executed: 0, denied: 0, faults: [] };
	const states = new Map<string, string>();
	let prev = "0".repeat(64);
	const select = "SELECT seq, leaf_hash, record FROM audit_log WHERE workspace_id = ? AND seq > ? ORDER BY seq LIMIT ?";
	for (;;) {
		const { results } = await db
			.prepare(select)
			.bind(workspaceId, found.highestSeq, PAGE)
			.all<{ seq: number; leaf_hash: string; record: string }>();
		if (results.length === 0) break;
		for (const { seq, leaf_hash, record } of results) {
			const hash = createHash("sha256").update("\0").update(record).digest("hex");
			const told = JSON.parse(record) as { seq: number; prev: string; kind: string; act_id: string; state: keyof LogCheck };
			if (seq !== ++found.rows) found.faults.push(`record ${seq} stands where ${found.rows} should`);
			if (hash !== leaf_hash) found.faults.push(`record ${seq} does not have its hash`);
			if (told.prev !== prev || told.seq !== seq) found.faults.push(`record ${seq} does not chain to the one before`);
			prev = leaf_hash;
			found.highestSeq = seq;
			if (told.kind !== "action") found.admin++;
			else {
				if (told.state === "intent" || told.state === "executed" || told.state === "denied") found[told.state]++;
				states.set(told.act_id, [states.get(told.act_id), told.state].filter(Boolean).join(" "));
			}
		}
		found.faults.splice(10);
	}
	found.faults.push(...missing(answered.allowed, "intent executed", states), ...missing(answered.refused, "denied", states));
	const calls = answered.allowed.length + answered.refused.length;
	if (states.size !== calls) found.faults.push(`${calls} calls were answered, ${states.size} are on the log`);
	return found;
}

/** Each answered call is on the log in just these states, each once. */
function missing(ids: string[], wanted: string, states: Map<string, string>): string[] {
	const wrong = ids.filter((id) => states.get(id) !== wanted);
	const [first] = wrong;
	return first === undefined
		? []
		: [`${wrong.length} calls are not on the log as "${wanted}", such as ${first}: "${states.get(first)}"`];
}

async function number(db: Database, query: string, ...values: string[]): Promise<number> {
	const row = await db
		.prepare(query)
		.bind(...values)
		.first<Record<string, number>>();
	return Object.values(row ?? {})[0] ?? 0;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<number> {
	const startedAt = performance.now();
	while (!(await isSo())) {
		if (performance.now() - startedAt > DRAIN_LIMIT_MS) throw new Error(`waited ${DRAIN_LIMIT_MS / 1000} s for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
	return performance.now() - startedAt;
}
