/** A caller that cannot wait for a review makes the same call again: it is the held one, and hears once how that ended. */
import { describe, expect, test } from "vitest";
import { type LedgerBook, OK, verdict, withBook } from "../support/worker/ledger-book.ts";

const ASK = verdict("review");
const attach = (more: { act_id: string; digest?: string; key?: string; decision?: ReturnType<typeof verdict> }) => ({
	act_id: more.act_id,
	attach: true as const,
	decision: more.decision ?? ASK,
	idempotency_key: more.key ?? null,
	record: { input_digest: more.digest ?? "d1", request_id: "req_1" },
	input: "{}",
});

/** Which act an admission was answered with. */
function actOf(book: LedgerBook, more: Parameters<typeof attach>[0]): string {
	const admitted = book.admit(attach(more));
	if (admitted.kind === "decided") return `new ${admitted.verdict.verdict}`;
	return admitted.kind === "replayed" ? `${admitted.call.act_id} ${admitted.call.state}` : admitted.kind;
}

/** Ends a held call as its release would. */
function run(book: LedgerBook, actId: string): void {
	book.storage.sql.exec("UPDATE calls SET state = 'running' WHERE act_id = ?", actId);
	book.reopen();
	book.settle(actId, OK);
}

describe("the same call again", () => {
	test("is the held one: it makes no second hold, whatever key it comes under", () =>
		withBook((book) => {
			expect(actOf(book, { act_id: "act_a", key: "k1" })).toBe("new review");
			expect(actOf(book, { act_id: "act_b", key: "k2" })).toBe("act_a held");
			expect(actOf(book, { act_id: "act_c" })).toBe("act_a held");
			expect(book.records().map(({ act_id, state }) => [act_id, state])).toEqual([["act_a", "held"]]);
		}));

	test("is the held one also where it would be allowed by now: it does not run beside it", () =>
		withBook((book) => {
			actOf(book, { act_id: "act_a" });
			expect(actOf(book, { act_id: "act_b", decision: verdict("allow") })).toBe("act_a held");
			expect(book.uses()).toEqual([]);
		}));

	test("hears once how it ended; after that it is a new call", () =>
		withBook((book) => {
			actOf(book, { act_id: "act_a" });
			run(book, "act_a");
			expect(actOf(book, { act_id: "act_b" })).toBe("act_a executed");
			expect(actOf(book, { act_id: "act_c" })).toBe("new review");
		}));

	test("under its own key hears it again and again", () =>
		withBook((book) => {
			actOf(book, { act_id: "act_a", key: "mine" });
			run(book, "act_a");
			for (const act_id of ["act_b", "act_c"]) expect(actOf(book, { act_id, key: "mine" })).toBe("act_a executed");
			expect(actOf(book, { act_id: "act_d", key: "mine", digest: "d2" })).toBe("key_reused");
		}));

	test("hears of the end that nobody decided in time", () =>
		withBook((book) => {
			actOf(book, { act_id: "act_a" });
			book.now += 2 * 3_600_000;
			book.ledger.endOverdue();
			expect(actOf(book, { act_id: "act_b" })).toBe("act_a expired");
			expect(actOf(book, { act_id: "act_c" })).toBe("new review");
		}));

	test("while it runs is in flight", () =>
		withBook((book) => {
			actOf(book, { act_id: "act_a" });
			book.storage.sql.exec("UPDATE calls SET state = 'running' WHERE act_id = 'act_a'");
			book.reopen();
			expect(actOf(book, { act_id: "act_b" })).toBe("in_flight");
		}));
});

test("another input, and a caller that does not attach, are calls of their own", () =>
	withBook((book) => {
		actOf(book, { act_id: "act_a" });
		expect(actOf(book, { act_id: "act_b", digest: "d2" })).toBe("new review");
		const { attach: _, ...plain } = attach({ act_id: "act_c" });
		expect(book.admit(plain).kind).toBe("decided");
	}));
