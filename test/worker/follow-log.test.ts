/** When a follower looks, what it looks at first, and when it ends: with a clock that the test turns. */
import { describe, expect, test } from "vitest";
import { type FollowPorts, followLog } from "../../src/gateway/follow-log.ts";

/** A log in memory; time passes only while somebody waits. */
function world(options: { objectAway?: boolean } = {}) {
	const state = { now: 0, head: 0, scopes: ["audit"] as string[] | null, looks: [] as number[], waits: [] as number[] };
	/** What happens at a time. */
	const later: [at: number, then: () => void][] = [];
	function pass(ms: number): void {
		const end = state.now + ms;
		for (const [at, then] of later.splice(0)) at <= end ? then() : later.push([at, then]);
		state.now = end;
	}
	const ports: FollowPorts = {
		audit: {
			after: async (_workspace: string, _filters: object, afterSeq: number, limit: number) => {
				state.looks.push(state.now);
				const upTo = Math.min(state.head, afterSeq + limit);
				const records = Array.from({ length: upTo - afterSeq }, (_, i) => ({ seq: afterSeq + i + 1, record: "{}" }));
				return { records, upTo };
			},
		} as unknown as FollowPorts["audit"],
		auditLogs: {
			collectAdminActs: async () => {},
			async committedAfter(_workspace: string, seq: number, ms: number) {
				if (options.objectAway) throw new Error("away");
				state.waits.push(ms);
				const [at] = later[0] ?? [state.now + ms];
				pass(Math.max(0, Math.min(ms, at - state.now)));
				return Math.max(seq, state.head);
			},
		} as unknown as FollowPorts["auditLogs"],
		workspaces: { key: async () => (state.scopes ? ({ scopes: state.scopes } as never) : null) },
		tokens: { readAdminKey: () => ({ workspaceId: "ws", keyId: "key", digest: "" }) },
		now: () => state.now,
		pause: async (ms) => pass(ms),
	};
	const follow = (forMs: number) =>
		followLog(ports, { token: "t", scopes: ["audit"], workspaceId: "ws", filters: {}, afterSeq: 0, forMs });
	return { state, follow, at: (ms: number, then: () => void) => later.push([ms, then]) };
}

describe("a follower", () => {
	test("is told every 15 seconds that nothing happened, and that it is over when its time is", async () => {
		const { state, follow } = world();
		const next = follow(40_000);
		expect(await next()).toEqual({ kind: "news", records: [], upTo: 0 });
		expect(state.now).toBe(15_000);
		await next();
		expect(state.now).toBe(30_000);
		expect(await next()).toEqual({ kind: "over" });
		expect(state.now).toBe(40_000);
		expect(await next()).toEqual({ kind: "over" });
	});

	test("hears of a record when it is there, and of a revoked key at the next look, before anything else", async () => {
		const { state, follow, at } = world();
		at(3_000, () => {
			state.head = 1;
		});
		const next = follow(300_000);
		expect(await next()).toMatchObject({ records: [{ seq: 1 }], upTo: 1 });
		expect(state.now).toBe(3_000);
		at(5_000, () => {
			state.scopes = null;
			state.head = 2;
		});
		expect(await next()).toEqual({ kind: "over" });
		expect(state.now).toBe(5_000);
	});

	test.each([
		[["audit"], true],
		[["admin"], true],
		[["policy", "review"], false],
		[[], false],
		[null, false],
	] as const)("whose key has the scopes %j is served: %s", async (scopes, served) => {
		const { state, follow } = world();
		state.head = 1;
		state.scopes = scopes as string[] | null;
		expect((await follow(1_000)()).kind).toBe(served ? "news" : "over");
	});

	test("asks D1 every two seconds while the log's object is away", async () => {
		const { state, follow, at } = world({ objectAway: true });
		at(7_000, () => {
			state.head = 1;
		});
		expect(await follow(300_000)()).toMatchObject({ records: [{ seq: 1 }] });
		expect(state.looks).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
	});

	test("reads a backlog without waiting, and ends after so many looks as a Worker may have", async () => {
		const { state, follow } = world();
		state.head = 100_000;
		const next = follow(300_000);
		let pages = 0;
		let last = 0;
		for (let step = await next(); step.kind === "news"; step = await next()) {
			pages++;
			expect(step.records[0]?.seq).toBe(last + 1);
			last = step.upTo;
		}
		expect([pages, last, state.now]).toEqual([250, 25_000, 0]);
	});

	test("looks at most four times a second while records come one by one", async () => {
		const { state, follow, at } = world();
		for (let i = 1; i <= 100; i++)
			at(i * 10, () => {
				state.head = i;
			});
		const next = follow(300_000);
		for (let seen = 0; seen < 100; ) {
			const step = await next();
			if (step.kind === "news") seen = step.upTo;
		}
		expect(state.looks.length).toBeLessThanOrEqual(12);
	});
});
