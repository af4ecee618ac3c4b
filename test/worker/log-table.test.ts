/** The table of the log takes the next record of a workspace, and nothing else, from whoever may write SQL to it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { leafHashOf, type StoredRow } from "../support/chain.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { storedRows } from "../support/worker/log-book.ts";

beforeAll(applySchema);

let workspaces = 0;
const sql = (text: string, ...values: unknown[]) =>
	env.DB.prepare(text)
		.bind(...values)
		.run();

/** What D1 says when it refuses. */
async function refusal(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => "accepted",
		(error: Error) => /audit_\w+: [^:]+/.exec(error.message)?.[0] ?? error.message,
	);
}

function rowAfter(
	workspace: string,
	previous: StoredRow | null,
	more: { seq?: number; prev?: string; action?: string } = {},
): StoredRow {
	const seq = more.seq ?? (previous?.seq ?? 0) + 1;
	const prev = more.prev ?? previous?.leaf_hash ?? "0".repeat(64);
	const record = JSON.stringify({ v: 1, seq, prev, event_id: `evt_${seq}`, workspace, action: more.action ?? `a.${seq}` });
	return { seq, record, leaf_hash: leafHashOf(record) };
}

const insert = (workspace: string, row: StoredRow, verb = "INSERT INTO") =>
	sql(
		`${verb} audit_log (workspace_id, seq, leaf_hash, record) VALUES (?, ?, ?, ?)`,
		workspace,
		row.seq,
		row.leaf_hash,
		row.record,
	);

/** A workspace whose log has three records. */
async function threeRecords() {
	const workspace = `ws_table_${++workspaces}`;
	const rows: StoredRow[] = [];
	for (let i = 0; i < 3; i++) {
		const row = rowAfter(workspace, rows.at(-1) ?? null);
		await insert(workspace, row);
		rows.push(row);
	}
	return { workspace, rows, last: rows[2] as StoredRow };
}

const NEVER_CHANGED = "audit_log: records are never changed";
const TAKEN = "audit_log: another record has this sequence number";
const NOT_NEXT = "audit_log: the sequence number is not the next one";
const NOT_CHAINED = "audit_log: the record does not chain to the one before";
const ONLY_SEALED = "audit_log: only records sealed in an archive leave the table";
const ONLY_GROWS = "audit_watermarks: the watermark only grows, up to the newest record";

describe("a stored record", () => {
	test.each(["record = '{}'", "leaf_hash = 'x'", "seq = 9", "workspace_id = 'ws_x'", "record = record"])(
		"is not updated: SET %s",
		async (change) => {
			const { workspace, rows } = await threeRecords();
			for (const verb of ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
				expect(await refusal(sql(`${verb} audit_log SET ${change} WHERE workspace_id = ?`, workspace))).toBe(NEVER_CHANGED);
			expect(await storedRows(workspace)).toEqual(rows);
		},
	);

	test("is not deleted", async () => {
		const { workspace, rows } = await threeRecords();
		expect(await refusal(sql("DELETE FROM audit_log WHERE workspace_id = ? AND seq = 3", workspace))).toBe(ONLY_SEALED);
		expect(await refusal(sql("DELETE FROM audit_log"))).toBe(ONLY_SEALED);
		expect(await storedRows(workspace)).toEqual(rows);
	});

	test.each(["INSERT INTO", "INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO", "INSERT OR FAIL INTO"])(
		"is not replaced: %s with another record under its number",
		async (verb) => {
			const { workspace, rows } = await threeRecords();
			for (const seq of [1, 2, 3]) {
				const other = rowAfter(workspace, rows[seq - 2] ?? null, { action: "forged" });
				expect(await refusal(insert(workspace, other, verb))).toBe(TAKEN);
			}
			expect(await storedRows(workspace)).toEqual(rows);
		},
	);

	test("is not replaced by an upsert", async () => {
		const { workspace, rows, last } = await threeRecords();
		const other = rowAfter(workspace, rows[1] as StoredRow, { action: "forged" });
		const upsert = `INSERT INTO audit_log (workspace_id, seq, leaf_hash, record) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace_id, seq) DO UPDATE SET record = excluded.record, leaf_hash = excluded.leaf_hash`;
		expect(await refusal(sql(upsert, workspace, 3, other.leaf_hash, other.record))).toBe(TAKEN);
		expect((await storedRows(workspace))[2]).toEqual(last);
	});

	test("is not replaced by way of its rowid", async () => {
		const { workspace, rows } = await threeRecords();
		const { results } = await env.DB.prepare("SELECT rowid AS id FROM audit_log WHERE workspace_id = ? AND seq = 2")
			.bind(workspace)
			.all<{ id: number }>()
			// A table without rowids has nothing to attack.
			.catch(() => ({ results: [] }));
		const rowid = results[0]?.id;
		if (rowid !== undefined) {
			const other = `${workspace}_attacker`;
			const forged = rowAfter(other, null);
			await sql(
				"INSERT OR REPLACE INTO audit_log (rowid, workspace_id, seq, leaf_hash, record) VALUES (?, ?, ?, ?, ?)",
				rowid,
				other,
				forged.seq,
				forged.leaf_hash,
				forged.record,
			).catch(() => {});
		}
		expect(await storedRows(workspace)).toEqual(rows);
	});

	test("that comes again with the same bytes is passed over, also in a batch with new ones", async () => {
		const { workspace, rows, last } = await threeRecords();
		for (const verb of ["INSERT INTO", "INSERT OR REPLACE INTO"]) await insert(workspace, last, verb);
		const next = rowAfter(workspace, last);
		const batch = JSON.stringify([...rows, next].map((row) => [row.seq, row.leaf_hash, row.record]));
		await sql(
			"INSERT INTO audit_log (workspace_id, seq, leaf_hash, record) SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
			workspace,
			batch,
		);
		expect(await storedRows(workspace)).toEqual([...rows, next]);
	});
});

describe("a new record", () => {
	test.each([0, -1, 5, 2 ** 40])("is refused under a number that is not the next one: %i", async (seq) => {
		const { workspace, last } = await threeRecords();
		expect(await refusal(insert(workspace, rowAfter(workspace, last, { seq })))).toBe(NOT_NEXT);
	});

	test("is refused when it does not name the hash of the one before", async () => {
		const { workspace, rows, last } = await threeRecords();
		for (const prev of ["0".repeat(64), rows[1]?.leaf_hash, last.leaf_hash.toUpperCase(), ""]) {
			expect(await refusal(insert(workspace, rowAfter(workspace, last, { prev })))).toBe(NOT_CHAINED);
		}
	});

	test("is refused when it names no hash at all", async () => {
		const { workspace } = await threeRecords();
		const record = JSON.stringify({ v: 1, seq: 4, workspace });
		expect(await refusal(insert(workspace, { seq: 4, record, leaf_hash: leafHashOf(record) }))).not.toBe("accepted");
	});

	test("is refused as a log's first unless its prev is 64 zeros", async () => {
		const workspace = `ws_table_${++workspaces}`;
		expect(await refusal(insert(workspace, rowAfter(workspace, null, { prev: "f".repeat(64) })))).not.toBe("accepted");
		expect(await refusal(insert(workspace, rowAfter(workspace, null, { seq: 2 })))).toBe(NOT_NEXT);
	});

	test("is refused when it says that it is another number, or another workspace's", async () => {
		const { workspace, last } = await threeRecords();
		const told = "audit_log: the record does not name its own sequence number";
		const other = rowAfter(workspace, last, { seq: 9 });
		expect(await refusal(insert(workspace, { ...other, seq: 4 }))).toBe(told);
		expect(await refusal(insert(workspace, rowAfter("ws_other", last)))).toBe(told);
	});

	test("that fails takes its whole batch with it", async () => {
		const { workspace, rows, last } = await threeRecords();
		const next = rowAfter(workspace, last);
		const gap = rowAfter(workspace, next, { seq: 6 });
		const batch = JSON.stringify([next, gap].map((row) => [row.seq, row.leaf_hash, row.record]));
		const insertBoth = sql(
			"INSERT INTO audit_log (workspace_id, seq, leaf_hash, record) SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
			workspace,
			batch,
		);
		expect(await refusal(insertBoth)).toBe(NOT_NEXT);
		expect(await storedRows(workspace)).toEqual(rows);
	});
});

describe("the sealed watermark", () => {
	/** What the record of this number hashes to; for others any text. */
	const hashAt =
		"coalesce((SELECT leaf_hash FROM audit_log WHERE workspace_id = ?1 AND seq = ?2), '0' || hex(zeroblob(31)) || '0')";
	const seal = (workspace: string, seq: number, verb = "INSERT INTO") =>
		sql(`${verb} audit_watermarks (workspace_id, sealed_seq, sealed_hash) SELECT ?1, ?2, ${hashAt}`, workspace, seq);
	const sealed = (workspace: string) =>
		env.DB.prepare("SELECT sealed_seq FROM audit_watermarks WHERE workspace_id = ?").bind(workspace).first("sealed_seq");

	test("only grows, and never past the newest record", async () => {
		const { workspace } = await threeRecords();
		expect(await refusal(seal(workspace, 4))).toBe(ONLY_GROWS);
		await seal(workspace, 1);
		const move = (seq: number) =>
			sql(`UPDATE audit_watermarks SET sealed_seq = ?2, sealed_hash = ${hashAt} WHERE workspace_id = ?1`, workspace, seq);
		expect(await refusal(move(0))).toBe(ONLY_GROWS);
		expect(await refusal(move(4))).toBe(ONLY_GROWS);
		await move(2);
		for (const verb of ["INSERT OR REPLACE INTO", "REPLACE INTO"]) {
			expect(await refusal(seal(workspace, 1, verb))).toBe(ONLY_GROWS);
			expect(await refusal(seal(workspace, 4, verb))).toBe(ONLY_GROWS);
		}
		expect(await sealed(workspace)).toBe(2);
	});

	test("is never deleted, and never another workspace's", async () => {
		const { workspace } = await threeRecords();
		await seal(workspace, 2);
		expect(await refusal(sql("DELETE FROM audit_watermarks WHERE workspace_id = ?", workspace))).toBe(
			"audit_watermarks: a watermark stays",
		);
		expect(await refusal(sql("UPDATE audit_watermarks SET workspace_id = 'ws_x' WHERE workspace_id = ?", workspace))).toBe(
			ONLY_GROWS,
		);
		expect(await sealed(workspace)).toBe(2);
	});

	test.each([
		"INSERT OR REPLACE INTO audit_watermarks (rowid, workspace_id, sealed_seq, sealed_hash) SELECT rowid, ?1 || '_attacker', 0, '0' || hex(zeroblob(31)) || '0' FROM audit_watermarks WHERE workspace_id = ?1",
		"UPDATE OR REPLACE audit_watermarks SET rowid = (SELECT rowid FROM audit_watermarks WHERE workspace_id = ?1) WHERE workspace_id = ?1 || '_other'",
	])("does not go by way of its rowid: %s", async (attack) => {
		const { workspace } = await threeRecords();
		await seal(workspace, 2);
		await seal(`${workspace}_other`, 0);
		await sql(attack, workspace).catch(() => {});
		expect(await sealed(workspace)).toBe(2);
	});

	test("lets go of what it covers, and of nothing above it", async () => {
		const { workspace, rows } = await threeRecords();
		await seal(workspace, 2);
		expect(await refusal(sql("DELETE FROM audit_log WHERE workspace_id = ?", workspace))).toBe(ONLY_SEALED);
		await sql("DELETE FROM audit_log WHERE workspace_id = ? AND seq <= 2", workspace);
		expect(await storedRows(workspace)).toEqual([rows[2]]);
	});

	test("keeps the numbers going when everything has left the table", async () => {
		const { workspace, last } = await threeRecords();
		await seal(workspace, 3);
		await sql("DELETE FROM audit_log WHERE workspace_id = ?", workspace);
		expect(await refusal(insert(workspace, rowAfter(workspace, null)))).toBe(NOT_NEXT);
		await insert(workspace, rowAfter(workspace, last));
		expect((await storedRows(workspace)).map((row) => row.seq)).toEqual([4]);
	});

	test("of one workspace does not open another's log", async () => {
		const [one, other] = [await threeRecords(), await threeRecords()];
		await seal(one.workspace, 3);
		expect(await refusal(sql("DELETE FROM audit_log WHERE workspace_id = ?", other.workspace))).toBe(ONLY_SEALED);
	});
});

describe("the table of checkpoints", () => {
	const save = (workspace: string, size: number, root: string, verb = "INSERT INTO") =>
		sql(
			`${verb} checkpoints (workspace_id, size, root, note, time) VALUES (?, ?, ?, ?, ?)`,
			workspace,
			size,
			root,
			`note ${size}`,
			"t",
		);
	const saved = async (workspace: string) =>
		(
			await env.DB.prepare("SELECT size, root FROM checkpoints WHERE workspace_id = ? ORDER BY size")
				.bind(workspace)
				.all<{ size: number; root: string }>()
		).results.map(({ size, root }) => `${size} ${root}`);
	const refused = (work: Promise<unknown>) =>
		work.then(
			() => "accepted",
			(error: Error) => /checkpoints: [^:]+/.exec(error.message)?.[0] ?? error.message,
		);
	const VERBS = ["INSERT INTO", "INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO", "INSERT OR FAIL INTO"];

	test("takes larger and larger ones, up to the newest record", async () => {
		const { workspace } = await threeRecords();
		await save(workspace, 1, "a");
		await save(workspace, 3, "c");
		for (const verb of VERBS) {
			expect(await refused(save(workspace, 2, "b", verb))).toBe("checkpoints: the log only grows");
			expect(await refused(save(workspace, 4, "d", verb))).toBe("checkpoints: the log does not have so many records");
		}
		for (const size of [0, -1]) expect(await refused(save(workspace, size, "x"))).toBe("checkpoints: the log only grows");
		expect(await saved(workspace)).toEqual(["1 a", "3 c"]);
	});

	test("has one a size: the same root again changes nothing, another one is refused", async () => {
		const { workspace } = await threeRecords();
		await save(workspace, 2, "b");
		await save(workspace, 3, "c");
		for (const verb of VERBS) {
			await save(workspace, 2, "b", verb);
			await save(workspace, 3, "c", verb);
			for (const size of [2, 3])
				expect(await refused(save(workspace, size, "x", verb))).toBe("checkpoints: another root was signed for this size");
		}
		expect(await saved(workspace)).toEqual(["2 b", "3 c"]);
	});

	test("lets nothing be changed or taken away", async () => {
		const { workspace } = await threeRecords();
		await save(workspace, 2, "b");
		for (const change of ["size = 3", "root = 'x'", "note = 'x'", "workspace_id = 'ws_x'", "time = time"])
			for (const verb of ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
				expect(await refused(sql(`${verb} checkpoints SET ${change} WHERE workspace_id = ?`, workspace))).toBe(
					"checkpoints: what was signed is never changed",
				);
		expect(await refused(sql("DELETE FROM checkpoints WHERE workspace_id = ?", workspace))).toBe(
			"checkpoints: what was signed stays",
		);
		expect(await saved(workspace)).toEqual(["2 b"]);
	});

	test("of one workspace says nothing about another's", async () => {
		const [one, other] = [await threeRecords(), await threeRecords()];
		await save(one.workspace, 3, "c");
		await save(other.workspace, 1, "x");
		expect([await saved(one.workspace), await saved(other.workspace)]).toEqual([["3 c"], ["1 x"]]);
	});
});
