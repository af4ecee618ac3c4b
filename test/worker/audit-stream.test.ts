/** Following the log over HTTP: each record once and in order, whatever happens to the connection, the key or the log's object. */
import { abortAllDurableObjects, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, ORIGIN, type TestWorkspace } from "../support/worker/gateway.ts";
import { logOf } from "../support/worker/log-book.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);

interface Event {
	id: number;
	data: string;
}

/** A stream that a test reads by hand. */
async function openStream(key: string, query: string, headers: Record<string, string> = {}) {
	const response = await SELF.fetch(`${ORIGIN}/v1/audit/stream${query}`, {
		headers: { authorization: `Bearer ${key}`, ...headers },
	});
	const reader = (response.body as ReadableStream<Uint8Array>).getReader();
	const decoder = new TextDecoder();
	const pieces: string[] = [];
	/** What is no whole event yet: a long stream is not taken apart again with every piece that comes. */
	let rest = "";
	const all: Event[] = [];
	const take = (piece: string) => {
		pieces.push(piece);
		const blocks = (rest + piece).split("\n\n");
		rest = blocks.pop() ?? "";
		for (const block of blocks) {
			const [id = "", kind, data = ""] = block.split("\n");
			if (kind === "event: record") all.push({ id: Number(id.slice(4)), data: data.slice(6) });
		}
	};
	const events = () => [...all];
	return {
		response,
		text: () => pieces.join(""),
		events,
		/** Reads until so many records are there, or the end. Returns whether it ended. */
		async read(enough: (events: Event[]) => boolean = () => false): Promise<boolean> {
			while (!enough(all)) {
				const { done, value } = await reader.read();
				if (done) return true;
				take(decoder.decode(value, { stream: true }));
			}
			return false;
		},
		hangUp: () => reader.cancel(),
	};
}

let sources = 0;
/** Puts records on a workspace's log that are named by number. */
async function put(workspace: TestWorkspace, from: number, to: number, more: Record<string, unknown> = {}): Promise<void> {
	const log = logOf(workspace.id);
	const rows = Array.from({ length: to - from + 1 }, (_, i): [number, string] => [i + 1, log.record(`n.${from + i}`, more)]);
	const source = `source-${++sources}`;
	// Where the log's object dies in the middle of it, the same delivery comes again.
	await until(async () => (await log.append(source, rows)) === rows.length);
}

const actions = (events: Event[]) => events.map(({ data }) => JSON.parse(data).action as string);
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `n.${from + i}`);
const seqsOf = (events: Event[]) => events.map(({ id }) => id);
const readsOf = async (workspace: TestWorkspace) =>
	(await logOf(workspace.id).stored()).map((row) => JSON.parse(row.record)).filter((record) => record.action === "audit.read");
const headOf = async (workspace: TestWorkspace) => (await logOf(workspace.id).stored()).length;

describe("a stream", () => {
	test("shows what is there after a number, and then what happens, each record's bytes as they are stored", async () => {
		const workspace = await newWorkspace();
		await put(workspace, 1, 250, { reason: "odd \u2028 \u009b 🐝" });
		const stream = await openStream(workspace.key, "?after_seq=0&kind=action");
		expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
		await stream.read((events) => events.length >= 250);
		await put(workspace, 251, 255);
		await stream.read((events) => events.length >= 255);
		expect(actions(stream.events())).toEqual(numbered(1, 255));
		const stored = new Map((await logOf(workspace.id).stored()).map((row) => [row.seq, row.record]));
		for (const { id, data } of stream.events()) expect(data).toBe(stored.get(id));
		await stream.hangUp();
	});

	test("without a number begins with what happens from now on", async () => {
		const workspace = await newWorkspace();
		await put(workspace, 1, 3);
		const stream = await openStream(workspace.key, "?kind=action");
		await put(workspace, 4, 5);
		await stream.read((events) => events.length >= 2);
		expect(actions(stream.events())).toEqual(["n.4", "n.5"]);
		await stream.hangUp();
	});

	test.each([
		["agent=ann", ["n.2"]],
		["action=n.3", ["n.3"]],
		["verdict=deny", ["n.2"]],
		["state=failed", ["n.4"]],
		["text=HAYSTACK", ["n.4"]],
		["agent=ann&verdict=allow", []],
	])("filters by %s, and remembers up to where it has looked", async (filter, wanted) => {
		const workspace = await newWorkspace();
		await put(workspace, 1, 1, { verdict: "allow" });
		await put(workspace, 2, 2, { agent: "ann", verdict: "deny", state: "denied" });
		await put(workspace, 3, 3);
		await put(workspace, 4, 4, { state: "failed", reason: "a haystack" });
		const head = await headOf(workspace);
		const stream = await openStream(workspace.key, `?after_seq=0&kind=action&${filter}&max_seconds=1`);
		expect(await stream.read()).toBe(true);
		expect(actions(stream.events())).toEqual(wanted);
		const lastId = stream
			.text()
			.split("\n")
			.findLast((line) => line.startsWith("id: "));
		expect(Number(lastId?.slice(4))).toBeGreaterThanOrEqual(wanted.length > 0 ? head : 0);
	});

	test("ends when its time is over, and goes on by Last-Event-ID under the same read", async () => {
		const workspace = await newWorkspace();
		await put(workspace, 1, 5);
		const first = await openStream(workspace.key, "?after_seq=0&kind=action&max_seconds=0");
		expect(await first.read()).toBe(true);
		await put(workspace, 6, 9);
		const tag = first.response.headers.get("x-audit-read") as string;
		const second = await openStream(workspace.key, "?kind=action&max_seconds=0&after_seq=0", {
			"last-event-id": String(first.events().at(-1)?.id),
			"x-audit-read": tag,
		});
		expect(await second.read()).toBe(true);
		expect(actions([...first.events(), ...second.events()])).toEqual(numbered(1, 9));
		expect(second.response.headers.get("x-audit-read")).toBe(tag);
		await logOf(workspace.id).collect();
		expect((await readsOf(workspace)).map((record) => record.fields)).toEqual([
			{ what: "stream", filters: { kind: "action" }, from_seq: 1 },
		]);
	});

	test("refuses to go on from a number that the log does not have, or from what is no number", async () => {
		const workspace = await newWorkspace();
		for (const [query, headers, status] of [
			["?after_seq=999", {}, 422],
			["", { "last-event-id": "999" }, 422],
			["", { "last-event-id": "x" }, 400],
			["?agents=x", {}, 422],
			["?max_seconds=301", {}, 422],
		] as const) {
			const answered = await workspace.admin("GET", `/v1/audit/stream${query}`, { headers });
			expectProblem(answered, status, status === 400 ? "malformed_request" : "invalid_request");
		}
	});

	test("is not fed by itself: one that shows everything shows its own beginning once, and nothing more", async () => {
		const workspace = await newWorkspace();
		await workspace.log((all) => all.length > 0);
		await logOf(workspace.id).collect();
		const stream = await openStream(workspace.key, "?max_seconds=3");
		await put(workspace, 1, 1);
		expect(await stream.read()).toBe(true);
		expect(actions(stream.events()).sort()).toEqual(["audit.read", "n.1"]);
	});
});

describe("without a gap or a duplicate", () => {
	test("for readers that come and go while 600 records are committed and the log's object dies", async () => {
		const workspace = await newWorkspace();
		const readers = Array.from({ length: 3 }, async (_, reader) => {
			const seen: Event[] = [];
			let connections = 0;
			while (seen.length < 600) {
				const last = seen.at(-1)?.id ?? 0;
				const stream = await openStream(workspace.key, "?kind=action", { "last-event-id": String(last) });
				const wanted = ++connections % 4 === 0 ? 600 : 20 + ((reader * 31 + connections * 17) % 60);
				// A connection may break: what came whole counts.
				await stream.read((events) => events.length >= Math.min(wanted, 600 - seen.length)).catch(() => "broken");
				seen.push(...stream.events());
				await stream.hangUp().catch(() => "broken");
			}
			return seen;
		});
		const writer = (async () => {
			for (let at = 1; at <= 600; at += 20) {
				await put(workspace, at, at + 19);
				if (at % 200 === 1) await abortAllDurableObjects();
			}
		})();
		const [, ...all] = await Promise.all([writer, ...readers]);
		for (const seen of all) {
			expect(seqsOf(seen)).toEqual([...new Set(seqsOf(seen))].sort((a, b) => a - b));
			expect(actions(seen)).toEqual(numbered(1, 600));
		}
	}, 60_000);

	test("a slow reader holds nothing back but itself: what it has not taken is not fetched", async () => {
		const workspace = await newWorkspace();
		await put(workspace, 1, 1_500, { reason: "x".repeat(4_000) });
		const slow = await openStream(workspace.key, "?after_seq=0&kind=action");
		await slow.read((events) => events.length >= 1);
		const before = slow.events().length;
		expect(before).toBeLessThanOrEqual(200);
		const fast = await openStream(workspace.key, "?after_seq=0&kind=action");
		await fast.read((events) => events.length >= 1_500);
		await slow.read((events) => events.length >= 1_500);
		expect(actions(slow.events())).toEqual(numbered(1, 1_500));
		expect(actions(fast.events())).toEqual(numbered(1, 1_500));
		await Promise.all([slow.hangUp(), fast.hangUp()]);
	}, 40_000);
});

describe("a key that is revoked", () => {
	test("ends its stream at once, and nothing that happens afterwards is shown", async () => {
		const workspace = await newWorkspace();
		const made = await workspace.admin("POST", "/v1/keys", { body: { owner: "ann", scopes: ["audit"] } });
		const stream = await openStream(made.json.key, "?after_seq=0&kind=action");
		await put(workspace, 1, 1);
		await stream.read((events) => events.length === 1);
		expect((await workspace.admin("DELETE", `/v1/keys/${made.json.id}`)).status).toBe(204);
		await put(workspace, 2, 2);
		expect(await stream.read()).toBe(true);
		expect(actions(stream.events())).toEqual(["n.1"]);
		expectProblem(await workspace.admin("GET", "/v1/audit/stream", { token: made.json.key }), 401, "unauthenticated");
	});
});

test("another workspace's records are in nobody else's stream", async () => {
	const [ours, theirs] = [await newWorkspace(), await newWorkspace()];
	await put(theirs, 1, 3);
	await put(ours, 4, 4);
	const stream = await openStream(ours.key, "?after_seq=0&max_seconds=0&kind=action");
	expect(await stream.read()).toBe(true);
	expect(actions(stream.events())).toEqual(["n.4"]);
	expect(await env.DB.prepare("SELECT count(*) AS n FROM audit_spans WHERE workspace_id = ?").bind(ours.id).first("n")).toBe(1);
});
