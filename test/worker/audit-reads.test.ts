/** Reading the log is on the log: once a read, before anything is answered; and what an export answers is what is stored. */
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, ORIGIN, type TestWorkspace } from "../support/worker/gateway.ts";
import { logOf } from "../support/worker/log-book.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);

const BROKEN = "CREATE TRIGGER acts_broken BEFORE INSERT ON admin_acts BEGIN SELECT RAISE(ABORT, 'acts: gone for a moment'); END";
afterEach(async () => {
	await env.DB.prepare("DROP TRIGGER IF EXISTS acts_broken").run();
});

/** A workspace with so many records of agents, less than which no log of ours has. */
async function workspaceWith(count: number): Promise<TestWorkspace> {
	const workspace = await newWorkspace();
	const log = logOf(workspace.id);
	const rows = Array.from({ length: count }, (_, i): [number, string] => [
		i + 1,
		log.record(`n.${i + 1}`, { agent: i % 2 === 0 ? "ann" : "bob", reason: "odd \u2028 🐝" }),
	]);
	if (count > 0) await log.append("source", rows);
	await log.collect();
	return workspace;
}

/** The fields of the reads that are on the log, in order. */
async function readsOf(workspace: TestWorkspace): Promise<Record<string, unknown>[]> {
	await logOf(workspace.id).collect();
	const records = (await logOf(workspace.id).stored()).map((row) => JSON.parse(row.record));
	return records.filter((record) => record.action === "audit.read").map((record) => record.fields);
}

const page = (workspace: TestWorkspace, query: string) => workspace.admin("GET", `/v1/audit?${query}`);

describe("a listing", () => {
	test("is one read however many pages it has, and names who read what", async () => {
		const workspace = await workspaceWith(9);
		for (let cursor = "", pages = 0; ; pages++) {
			const answered = await page(workspace, `agent=ann&limit=2${cursor}`);
			if (answered.json.next_cursor === null) {
				expect(pages).toBe(2);
				break;
			}
			cursor = `&cursor=${answered.json.next_cursor}`;
		}
		expect(await readsOf(workspace)).toEqual([{ what: "list", filters: { agent: "ann", order: "desc" } }]);
		const [row] = (await logOf(workspace.id).stored()).slice(-1);
		expect(JSON.parse(row?.record ?? "")).toMatchObject({
			kind: "admin",
			state: "done",
			token_id: expect.stringMatching(/^key_/),
		});
	});

	test("is another read under other filters, by another key, or under a cursor that somebody made up", async () => {
		const workspace = await workspaceWith(9);
		const { next_cursor } = (await page(workspace, "agent=ann&limit=2")).json;
		const other = await workspace.admin("POST", "/v1/keys", { body: { owner: "ann", scopes: ["audit"] } });
		expect((await page(workspace, `agent=bob&limit=2&cursor=${next_cursor}`)).status).toBe(200);
		await workspace.admin("GET", `/v1/audit?agent=ann&limit=2&cursor=${next_cursor}`, { token: other.json.key });
		await page(workspace, `agent=ann&limit=2&cursor=${next_cursor.split(".")[0]}`);
		await page(workspace, `agent=ann&limit=2&cursor=${next_cursor.slice(0, -1)}x`);
		expect((await readsOf(workspace)).length).toBe(5);
	});

	test("that finds nothing is no read, and neither is one that is refused", async () => {
		const workspace = await workspaceWith(1);
		expect((await page(workspace, "agent=nobody")).json.items).toEqual([]);
		expectProblem(await page(workspace, "order=up"), 422, "invalid_request");
		expectProblem(await workspace.admin("GET", "/v1/audit/act_none"), 404, "not_found");
		expect(await readsOf(workspace)).toEqual([]);
	});

	test("of one act is a read", async () => {
		const workspace = await workspaceWith(1);
		const id = (await page(workspace, "action=n.1")).json.items[0].act_id;
		expect((await workspace.admin("GET", `/v1/audit/${id}`)).status).toBe(200);
		expect((await readsOf(workspace)).at(-1)).toEqual({ what: "act", filters: { act_id: id } });
	});

	test.each(["/v1/audit", "/v1/audit/export", "/v1/audit/stream?after_seq=0"])(
		"%s answers nothing while the read cannot be written down",
		async (path) => {
			const workspace = await workspaceWith(3);
			await env.DB.prepare(BROKEN).run();
			const answered = await workspace.admin("GET", path);
			expectProblem(answered, 503, "unavailable");
			expect(answered.text).not.toContain("n.1");
		},
	);

	test("with several filters looks at a bounded number of records a page, and misses none", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		const rows = Array.from({ length: 5_000 }, (_, i): [number, string] => [
			i + 1,
			log.record("n", i % 2_400 === 7 ? { agent: "ann", verdict: "deny" } : { agent: "ann", verdict: "allow" }),
		]);
		await log.append("source", rows);
		for (const order of ["asc", "desc"]) {
			const seqs: number[] = [];
			let pages = 0;
			for (let cursor = ""; ; pages++) {
				const { json } = await page(workspace, `agent=ann&verdict=deny&order=${order}${cursor}`);
				seqs.push(...json.items.map((record: { seq: number }) => record.seq));
				if (json.next_cursor === null) break;
				cursor = `&cursor=${json.next_cursor}`;
			}
			const stored = await log.stored();
			const wanted = stored.filter((row) => JSON.parse(row.record).verdict === "deny").map((row) => row.seq);
			expect(seqs).toEqual(order === "asc" ? wanted : wanted.reverse());
			expect(seqs.length).toBe(3);
			expect(pages).toBe(3);
		}
	}, 40_000);

	test("by time finds records that came late, wherever they stand", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		const at = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString();
		// Every 700th record is of an hour earlier than its neighbours.
		const time = (i: number) => at(i % 700 === 0 ? i - 3_600 : i);
		await log.append(
			"source",
			Array.from({ length: 3_000 }, (_, i): [number, string] => [i + 1, log.record("n", { time: time(i) })]),
		);
		for (const [since, end] of [
			[100, 200],
			[-1_500, -900],
			[-9_000, -8_000],
			[2_990, 9_000],
		] as const) {
			const seqs: number[] = [];
			for (let cursor = ""; ; ) {
				const { json } = await page(workspace, `kind=action&limit=200&order=asc&since=${at(since)}&until=${at(end)}${cursor}`);
				seqs.push(...json.items.map((record: { seq: number }) => record.seq));
				if (json.next_cursor === null) break;
				cursor = `&cursor=${json.next_cursor}`;
			}
			const wanted = (await log.stored()).filter(({ record }) => {
				const { time: when, kind } = JSON.parse(record);
				return kind === "action" && when >= at(since) && when < at(end);
			});
			expect(seqs).toEqual(wanted.map((row) => row.seq));
		}
	}, 40_000);
});

describe("an export", () => {
	test("is the stored bytes, a line each; its header says where to go on, under the same read", async () => {
		const workspace = await workspaceWith(450);
		const stored = await logOf(workspace.id).stored();
		let text = "";
		let tag = "";
		for (let after = 0, size = Number.POSITIVE_INFINITY; after < Math.min(size, stored.length); ) {
			const answered = await workspace.admin("GET", `/v1/audit/export?after_seq=${after}&limit=300`, {
				headers: tag === "" ? {} : { "x-audit-read": tag },
			});
			expect([answered.status, answered.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
			text += answered.text;
			after = Number(answered.headers.get("x-next-after-seq"));
			size = Number(answered.headers.get("x-log-size"));
			tag = answered.headers.get("x-audit-read") as string;
		}
		const lines = text.split("\n").slice(0, stored.length);
		expect(lines).toEqual(stored.map((row) => row.record));
		expect(await readsOf(workspace)).toEqual([{ what: "export", from_seq: 1 }]);
	});

	test("of a range has that range; behind the end there is nothing, and no read", async () => {
		const workspace = await workspaceWith(20);
		const answered = await workspace.admin("GET", "/v1/audit/export?after_seq=4&until_seq=6");
		expect(
			answered.text
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line).seq),
		).toEqual([5, 6]);
		expect((await readsOf(workspace)).length).toBe(1);
		const head = (await logOf(workspace.id).stored()).length;
		const nothing = await workspace.admin("GET", `/v1/audit/export?after_seq=${head}`);
		expect([nothing.status, nothing.text, nothing.headers.get("x-next-after-seq")]).toEqual([200, "", String(head)]);
		expectProblem(await workspace.admin("GET", `/v1/audit/export?after_seq=${head + 9}`), 422, "invalid_request");
		expect((await readsOf(workspace)).length).toBe(1);
	});

	test("breaks off visibly when D1 fails in the middle, so that nobody takes a part for the whole", async () => {
		const workspace = await workspaceWith(900);
		const response = await SELF.fetch(`${ORIGIN}/v1/audit/export`, { headers: { authorization: `Bearer ${workspace.key}` } });
		const reader = (response.body as ReadableStream<Uint8Array>).getReader();
		await reader.read();
		await env.DB.prepare("ALTER TABLE audit_log RENAME TO audit_log_away").run();
		try {
			const rest = async () => {
				while (!(await reader.read()).done);
			};
			await expect(rest()).rejects.toThrow();
		} finally {
			await env.DB.prepare("ALTER TABLE audit_log_away RENAME TO audit_log").run();
			await until(async () => (await logOf(workspace.id).stored()).length >= 900);
		}
	});
});
