/** What binds an agent: only newer states are taken, and every call is measured by the one in force. */
import { describe, expect, test } from "vitest";
import { DIGEST, START, stateOf, verdict, withBook } from "../support/worker/ledger-book.ts";

describe("a binding", () => {
	test("is replaced by a higher epoch only, in whatever order pushes and reads arrive", () =>
		withBook((book) => {
			for (const epoch of [3, 2, 5, 4, 1, 5]) book.ledger.bind(stateOf(epoch));
			expect(book.ledger.binding?.epoch).toBe(5);
			expect(book.ledger.binding?.role).toEqual({ name: "support-agent", rev: 5, hash: "hash-5" });
		}));

	test("with the same epoch and other content changes nothing", () =>
		withBook((book) => {
			book.ledger.bind(stateOf(2));
			book.ledger.bind(stateOf(2, { revoked: true, name: "other" }));
			expect(book.ledger.binding?.name).toBe("helpdesk-bot");
			expect(book.word()).toBe("allow");
		}));

	test("survives an eviction, and the lower epoch is still refused after it", () =>
		withBook((book) => {
			book.ledger.bind(stateOf(4));
			book.reopen();
			book.ledger.bind(stateOf(3));
			expect(book.ledger.binding?.epoch).toBe(4);
		}));

	test("tells the Worker nothing of the tokens", () =>
		withBook((book) => {
			expect(Object.keys(book.ledger.binding ?? {}).sort()).toEqual([
				"agent_id",
				"epoch",
				"labels",
				"mailbox",
				"name",
				"role",
				"workspace_id",
			]);
		}));
});

describe("a decision made on another epoch", () => {
	for (const epoch of [1, 3, 0]) {
		test(`${epoch} instead of 2 is answered stale, and leaves no trace`, () =>
			withBook((book) => {
				book.ledger.bind(stateOf(2));
				const admitted = book.admit({ epoch });
				expect(admitted).toEqual({ kind: "stale", binding: book.ledger.binding });
				expect(book.records()).toEqual([]);
				expect(book.uses()).toEqual([]);
			}));
	}

	test("is stale also where it denies, so that a lifted denial is not logged", () =>
		withBook((book) => {
			book.ledger.bind(stateOf(2));
			expect(book.word({ epoch: 1, decision: verdict("deny") })).toBe("stale");
		}));
});

describe("a token", () => {
	test("that the ledger does not know is unauthenticated, before anything else is looked at", () =>
		withBook((book) => {
			const who = { ...book.request().who, digest: "another" };
			expect(book.word({ who, epoch: 99, idempotency_key: "k" })).toBe("unauthenticated");
			expect(book.ledger.identify(who)).toBeNull();
			expect(book.records()).toEqual([]);
		}));

	test("is refused from the moment of its revocation on", () =>
		withBook((book) => {
			book.ledger.bind(stateOf(2, { tokens: [{ id: "tok_1", digest: DIGEST, revoked: true, expires_at: null }] }));
			expect(book.word()).toBe("unauthenticated");
		}));

	test("is refused when its agent is revoked", () =>
		withBook((book) => {
			book.ledger.bind(stateOf(2, { revoked: true }));
			expect(book.word()).toBe("unauthenticated");
			expect(book.ledger.identify(book.request().who)).toBeNull();
		}));

	test("is valid until its expiry, and not in that millisecond", () =>
		withBook((book) => {
			const tokens = [{ id: "tok_1", digest: DIGEST, revoked: false, expires_at: START + 1_000 }];
			book.ledger.bind(stateOf(2, { tokens }));
			book.now = START + 999;
			expect(book.word()).toBe("allow");
			book.now = START + 1_000;
			expect(book.word()).toBe("unauthenticated");
		}));

	test("is named on the log by its id, never by itself or its digest", () =>
		withBook((book) => {
			book.ledger.bind(
				stateOf(2, {
					tokens: [
						{ id: "tok_1", digest: "other", revoked: false, expires_at: null },
						{ id: "tok_2", digest: DIGEST, revoked: false, expires_at: null },
					],
				}),
			);
			book.admit();
			expect(book.records()[0]?.token_id).toBe("tok_2");
			expect(JSON.stringify(book.records())).not.toContain(DIGEST);
		}));

	test("that was revoked while its call ran does not keep the outcome off the log", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.ledger.bind(stateOf(2, { revoked: true, tokens: [] }));
			book.settle("act_a", { kind: "ok", result: {} });
			expect(book.states("act_a")).toEqual(["intent", "executed"]);
		}));
});

describe("before the agent is real", () => {
	test("nothing is kept: no table, no row", () =>
		withBook(
			(book) => {
				expect(book.word()).toBe("unauthenticated");
				expect(book.ledger.identify(book.request().who)).toBeNull();
				book.settle("act_a", { kind: "ok", result: {} });
				book.ledger.endOverdue();
				expect(
					book.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
				).toEqual([]);
			},
			{ bound: false },
		));
});
