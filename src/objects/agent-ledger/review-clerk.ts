/**
 * What follows from the turns on held calls and reaches out: the list in D1 is told, inputs that nobody needs any more leave R2, and
 * approved calls whose Worker died are carried on.
 */
import type { ListedReview } from "../../gateway/review-ports.ts";
import type { Ledger } from "./ledger.ts";
import { viewOf } from "./reviews.ts";

export interface ReviewClerkPorts {
	/** Puts reviews on the list in D1, and with them what people are to be told: so many notices. Twice without harm. */
	putReviews(reviews: ListedReview[]): Promise<number>;
	/** Sends the notices of a workspace whose time has come. */
	sendNotices(workspaceId: string): Promise<void>;
	/** Takes the inputs of calls that are not held any more out of R2. */
	forgetInputs(keys: string[]): Promise<void>;
	/** Decides an approved call again, lets it go and carries it out, unless somebody has. */
	carryOn(workspaceId: string, agentId: string, reviewId: string): Promise<void>;
	log(event: string, details: Record<string, unknown>): void;
}

export class ReviewClerk {
	readonly #ledger: Ledger;
	readonly #ports: ReviewClerkPorts;
	readonly #background: (work: Promise<unknown>) => void;
	#telling = false;
	readonly #carrying = new Set<string>();

	/** @param background - keeps the object alive for work that nobody waits for */
	constructor(ledger: Ledger, ports: ReviewClerkPorts, background: (work: Promise<unknown>) => void) {
		this.#ledger = ledger;
		this.#ports = ports;
		this.#background = background;
	}

	/**
	 * Tells the list whatever it does not have yet. One carrier at a time.
	 * @returns false if it did not hear all: to be tried again
	 */
	async tell(): Promise<boolean> {
		if (this.#telling) return true;
		this.#telling = true;
		const binding = this.#ledger.binding;
		try {
			for (;;) {
				const rows = this.#ledger.reviews.news();
				if (rows.length === 0 || !binding) return true;
				const { workspace_id, agent_id } = binding;
				const told = rows.map((row) => ({ workspace_id, agent_id, version: row.version, view: viewOf(row) }));
				if ((await this.#ports.putReviews(told)) > 0) this.#background(this.#send(workspace_id));
				const over = rows.filter(({ state, body }) => state !== "pending" && state !== "approved" && body.input_key !== null);
				if (over.length > 0) await this.#ports.forgetInputs(over.map(({ body }) => body.input_key as string));
				this.#ledger.reviews.told(rows);
			}
		} catch (error) {
			this.#ports.log("reviews_not_told", { agent_id: binding?.agent_id, error });
			return false;
		} finally {
			this.#telling = false;
		}
	}

	/** At once; what fails is tried again by the cron. */
	async #send(workspaceId: string): Promise<void> {
		try {
			await this.#ports.sendNotices(workspaceId);
		} catch (error) {
			this.#ports.log("notices_not_sent", { workspace_id: workspaceId, error });
		}
	}

	/** Takes up approved calls that nobody has let go. Each by one at a time; nothing here rejects. */
	async carryOn(): Promise<void> {
		const binding = this.#ledger.binding;
		if (!binding) return;
		const left = this.#ledger.reviews.leftOver().filter((id) => !this.#carrying.has(id));
		await Promise.all(
			left.map(async (id) => {
				this.#carrying.add(id);
				try {
					await this.#ports.carryOn(binding.workspace_id, binding.agent_id, id);
				} catch (error) {
					this.#ports.log("release_failed", { agent_id: binding.agent_id, review: id, error });
				} finally {
					this.#carrying.delete(id);
				}
			}),
		);
	}
}
