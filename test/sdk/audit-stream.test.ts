/** Following and exporting the log through the SDK: what the network does is not to be seen in what comes out. */
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AuthenticationError, ConnectionError, HiveKeyAdmin, NotFoundError } from "../../sdk/typescript/src/index.ts";
import { ADMIN_KEY, ContractGateway, problem, type Reply, type Seen } from "./contract-gateway.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
	gateway.route = () => undefined;
});

const admin = () => new HiveKeyAdmin(ADMIN_KEY, { baseUrl: gateway.url });
const event = (seq: number) => `id: ${seq}\nevent: record\ndata: ${JSON.stringify({ v: 1, seq, act_id: `act_${seq}` })}\n\n`;
const SSE = { "content-type": "text/event-stream", "x-audit-read": "tag-1" };

/** An answer that writes these pieces in turn, and then ends, breaks, or stays silent. */
const stream = (pieces: string[], end: "ends" | "breaks" | "stays" = "ends"): Reply => ({
	status: 200,
	headers: SSE,
	goOn(response: ServerResponse) {
		const next = () => {
			const piece = pieces.shift();
			if (piece !== undefined) response.write(piece, () => setImmediate(next));
			else if (end === "ends") response.end();
			else if (end === "breaks") response.destroy();
		};
		next();
	},
});

/** The first so many records. */
async function take(count: number, options: Parameters<HiveKeyAdmin["audit"]["stream"]>[0] = {}): Promise<number[]> {
	const seqs: number[] = [];
	for await (const record of admin().audit.stream(options)) {
		seqs.push(record.seq);
		if (seqs.length === count) break;
	}
	return seqs;
}

const resumedAt = (seen: Seen[]) => seen.map(({ headers }) => headers["last-event-id"]);

describe("a stream", () => {
	test("asks with its filters from where it is to begin", async () => {
		gateway.once.push(stream([event(8)], "stays"));
		expect(await take(1, { after: 7, agent: "a b", verdict: "deny", kind: undefined })).toEqual([8]);
		expect(gateway.seen[0]?.path).toBe("/v1/audit/stream");
		expect(Object.fromEntries(gateway.seen[0]?.query ?? [])).toEqual({ agent: "a b", verdict: "deny" });
		expect(gateway.seen[0]?.headers).toMatchObject({
			"last-event-id": "7",
			accept: "text/event-stream, application/problem+json",
		});
	});

	test("goes on after one that ended or broke, under the same read, without a gap or a duplicate", async () => {
		gateway.once.push(
			stream([event(1), event(2), event(3).slice(0, 20)], "breaks"),
			stream([event(2), event(3), ": \nid: 9\n\n"]),
			problem(503, "unavailable", "away", {}, { "retry-after": "0" }),
			{ status: 200, hangUp: true },
			stream([event(10), event(11)], "stays"),
		);
		expect(await take(5)).toEqual([1, 2, 3, 10, 11]);
		expect(resumedAt(gateway.seen)).toEqual([undefined, "2", "9", "9", "9"]);
		expect(gateway.seen.map(({ headers }) => headers["x-audit-read"])).toEqual([undefined, "tag-1", "tag-1", "tag-1", "tag-1"]);
	}, 20_000);

	test("reads events that are cut anywhere, in the middle of a character too", async () => {
		const bytes = Buffer.from(`: hello\r\n\r\n${event(1).replace("act_1", "Grüße 🐝").replaceAll("\n", "\r\n")}`);
		gateway.once.push({
			status: 200,
			headers: SSE,
			goOn(response) {
				let at = 0;
				const next = () => {
					if (at < bytes.length) response.write(bytes.subarray(at, ++at), () => setImmediate(next));
				};
				next();
			},
		});
		for await (const record of admin().audit.stream({ after: 0 })) {
			expect(record.act_id).toBe("Grüße 🐝");
			break;
		}
	});

	test("says once that the gateway is lost, and once that it is back", async () => {
		const said: string[] = [];
		gateway.once.push({ status: 200, hangUp: true }, { status: 200, hangUp: true }, stream([event(1)], "stays"));
		await take(1, { onLost: (error) => said.push(error.name), onFound: () => said.push("found") });
		expect(said).toEqual(["ConnectionError", "found"]);
	}, 20_000);

	test.each([
		[problem(401, "unauthenticated", "no"), AuthenticationError],
		[problem(404, "not_found", "no"), NotFoundError],
		[{ status: 200, headers: { "content-type": "text/html" }, raw: "<html>" } as Reply, Error],
		[stream(["event: record\ndata: hello\n\n"]), Error],
	])("ends with an error where waiting does not help (%#)", async (reply, kind) => {
		gateway.once.push(reply);
		await expect(take(1)).rejects.toBeInstanceOf(kind);
		expect(gateway.seen.length).toBe(1);
	});

	test("ends at once when its signal says so: while it waits, and while the gateway is away", async () => {
		for (const reply of [stream([event(1)], "stays"), { status: 200, hangUp: true } as Reply]) {
			const stop = new AbortController();
			gateway.route = () => reply;
			setTimeout(() => stop.abort(new Error("enough")), 100);
			await expect(take(2, { signal: stop.signal })).rejects.toThrow("enough");
		}
	});

	test("does not run in circles around a gateway whose streams end at once", async () => {
		const stop = new AbortController();
		gateway.route = () => stream([": \n\n"]);
		setTimeout(() => stop.abort(new Error("enough")), 1_200);
		await expect(take(1, { signal: stop.signal })).rejects.toThrow("enough");
		expect(gateway.seen.length).toBeLessThanOrEqual(6);
	});
});

describe("an export", () => {
	const line = (seq: number) => `{"v":1,"seq":${seq},"prev":"p","odd":"\u202e 🐝"}\n`;
	const page = (from: number, to: number, size: number, more: Partial<Reply> = {}): Reply => ({
		status: 200,
		headers: {
			"content-type": "application/x-ndjson",
			"x-next-after-seq": String(to),
			"x-log-size": String(size),
			"x-audit-read": "t",
		},
		raw: Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join(""),
		...more,
	});

	test("is every record's bytes, answer after answer, again after the last whole line where one broke off", async () => {
		const broken = line(4) + line(5).slice(0, 9);
		gateway.once.push(page(1, 3, 7), page(4, 6, 7, { raw: broken, cut: true }), page(5, 7, 7));
		const got: string[] = [];
		for await (const { bytes } of admin().audit.export()) got.push(`${new TextDecoder().decode(bytes)}\n`);
		expect(got).toEqual([1, 2, 3, 4, 5, 6, 7].map(line));
		expect(gateway.seen.map(({ query }) => query.get("after_seq"))).toEqual(["0", "3", "4"]);
		expect(gateway.seen.map(({ headers }) => headers["x-audit-read"])).toEqual([undefined, "t", "t"]);
	});

	test("of a range asks for no more than that", async () => {
		gateway.once.push(page(3, 5, 9));
		const seqs: number[] = [];
		for await (const { seq } of admin().audit.export({ after: 2, until: 5 })) seqs.push(seq);
		expect(seqs).toEqual([3, 4, 5]);
		expect(Object.fromEntries(gateway.seen[0]?.query ?? [])).toEqual({ after_seq: "2", until_seq: "5" });
		expect(gateway.seen.length).toBe(1);
	});

	test("ends with an error where the answer is none of a gateway's", async () => {
		for (const reply of [
			{ status: 200, body: {} },
			page(1, 2, 2, { raw: "hello\n" }),
			page(1, 2, 2, { raw: line(2) + line(1) }),
			page(1, 2, 2, { raw: line(3) }),
		]) {
			gateway.once.push(reply);
			const all = async () => {
				for await (const _ of admin().audit.export());
			};
			await expect(all()).rejects.toMatchObject({ code: "unexpected_answer" });
		}
	});

	test("is given up when nothing comes of it", async () => {
		gateway.route = () => ({ status: 503, headers: { "retry-after": "0" }, body: { code: "unavailable", detail: "away" } });
		const all = async () => {
			for await (const _ of admin().audit.export());
		};
		await expect(all()).rejects.toMatchObject({ code: "unavailable" });
		expect(gateway.seen.length).toBe(6);
	});
});

test("texts and files come as they are", async () => {
	gateway.route = ({ path }) => ({
		status: 200,
		headers: { "content-type": "text/plain", "x-audit-read": "t" },
		raw: `${path}\n`,
	});
	const { audit } = admin();
	expect(await audit.checkpoint({ minSize: 5 })).toBe("/v1/audit/checkpoint\n");
	expect(gateway.seen[0]?.query.get("min_size")).toBe("5");
	expect(await audit.key()).toBe("/v1/audit/key\n");
	expect(await audit.proof("act_1")).toBe("/v1/audit/proof/act_1\n");
	expect(new TextDecoder().decode(await audit.tile("tile/entries/x001/002.p/3"))).toBe(
		"/v1/audit/tiles/tile/entries/x001/002.p/3\n",
	);
	await audit.tile("tile/0/000");
	expect(gateway.seen.at(-1)?.headers["x-audit-read"]).toBe("t");
	expect(() => audit.proof("..")).toThrow(TypeError);
	gateway.route = () => ({ status: 200, hangUp: true });
	await expect(audit.key({ timeoutMs: 50 })).rejects.toBeInstanceOf(ConnectionError);
});
