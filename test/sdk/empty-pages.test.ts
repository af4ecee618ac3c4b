/** A page of the log may be empty before the end: what it looked at held nothing that matches. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readTail } from "../../cli/src/audit/read-tail.ts";
import { HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { ADMIN_KEY, ContractGateway } from "./contract-gateway.ts";

const gateway = new ContractGateway();
const admin = () => new HiveKeyAdmin(ADMIN_KEY, { baseUrl: gateway.url });
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());

const record = {
	v: 1,
	seq: 7,
	time: "2026-01-01T00:00:00.000Z",
	kind: "action",
	act_id: "act_7",
	action: "a.b",
	state: "intent",
};

describe("an empty page before the end", () => {
	beforeEach(() => {
		gateway.seen.length = 0;
		gateway.once.length = 0;
		for (const [items, next_cursor] of [
			[[], "one"],
			[[], "two"],
			[[record], null],
		])
			gateway.once.push({ status: 200, body: { items, next_cursor } });
	});
	const asked = () => gateway.seen.map(({ query }) => query.get("cursor"));

	test("does not end the SDK's iteration", async () => {
		const seqs: number[] = [];
		for await (const { seq } of admin().audit.list({ text: "needle" })) seqs.push(seq);
		expect([seqs, asked()]).toEqual([[7], [null, "one", "two"]]);
	});

	test.each([10, 0])("does not hide the log's end from the CLI's tail that shows %i acts", async (acts) => {
		const { lastSeq, rows } = await readTail(admin(), { text: "needle" }, acts);
		expect([lastSeq, rows.length, asked()]).toEqual([7, acts === 0 ? 0 : 1, [null, "one", "two"]]);
	});
});
