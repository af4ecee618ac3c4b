/** A role's book over the storage of a Durable Object, with a clock that the test turns. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { systemIds } from "../../../src/keys/digests.ts";
import type { Reserved, ReserveRequest, Word } from "../../../src/objects/role-counter/protocol.ts";
import { RoleBook } from "../../../src/objects/role-counter/role-book.ts";
import type { Decision } from "../../../src/policy/decision.ts";
import { START } from "./ledger-book.ts";
import { seriesRows } from "./series.ts";

export class RoleBookOnTest {
	now = START;
	readonly storage: DurableObjectStorage;
	book: RoleBook;

	constructor(storage: DurableObjectStorage) {
		this.storage = storage;
		this.book = new RoleBook(storage, () => this.now);
	}

	/** What an eviction does: nothing but the storage is left. */
	reopen(): void {
		this.book = new RoleBook(this.storage, () => this.now);
	}

	request(decision: Decision, more: Partial<ReserveRequest> = {}): ReserveRequest {
		return {
			reservation: systemIds.make("evt"),
			workspace_id: "ws_1",
			agent_id: "agt_1",
			action: "mail.send",
			uses: decision.uses ?? [],
			residual: decision.kind === "residual" ? decision.residual : null,
			own: {},
			...more,
		};
	}

	reserve(decision: Decision, more: Partial<ReserveRequest> = {}): Reserved {
		return this.book.reserve(this.request(decision, more));
	}

	/** Reserves as often as asked, and says how often a place was kept. */
	kept(times: number, decision: Decision): number {
		return Array.from({ length: times }, () => this.reserve(decision).reserved).filter(Boolean).length;
	}

	say(word: Word, ...reservations: string[]): void {
		this.book.hear(reservations.map((reservation) => ({ reservation, word })));
	}

	/** Reservations that nobody has said anything of. */
	open(): string[] {
		return this.book.openSince(this.now).map(({ id }) => id);
	}

	rows() {
		return seriesRows(this.storage.sql);
	}
}

export function withRoleBook<T>(use: (book: RoleBookOnTest) => T | Promise<T>): Promise<T> {
	const stub = env.ROLE_COUNTER.getByName(`book-${crypto.randomUUID()}`);
	return runInDurableObject(stub, async (_instance, state) => use(new RoleBookOnTest(state.storage)));
}
