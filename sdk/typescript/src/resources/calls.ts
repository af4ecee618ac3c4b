/** Where calls stand. */
import { pathSegment, queryString } from "../address.ts";
import { answered } from "../answered.ts";
import { objectBody } from "../error-from-answer.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, CallBody } from "../types.ts";
import { GRACE_MS, type WaitOptions, waitForCall } from "../wait-for-call.ts";

export interface GetCallOptions extends CallOptions {
	/** Wait up to this long for the call to come to an end before answering; at most 60. */
	waitSeconds?: number | undefined;
}

export class Calls {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * How a call of this agent stands, whatever became of it: a denied call is an answer here, not an error.
	 * @param id - `act_…`, from an answer or an error
	 */
	get(id: string, { waitSeconds, timeoutMs, ...options }: GetCallOptions = {}): Promise<CallBody & Answered> {
		const path = `/v1/calls/${pathSegment(id)}${queryString({ wait: waitSeconds })}`;
		// An answer that was asked to wait is not late for having waited.
		const longest = timeoutMs ?? (waitSeconds === undefined ? undefined : waitSeconds * 1_000 + GRACE_MS);
		return answered<CallBody>(this.#transport, { method: "GET", path, timeoutMs: longest, ...options }, ["id", "state"]);
	}

	/**
	 * Waits until a call of this agent is at its end (`executed`, `denied`, `expired`, `failed`, `unknown`), or the time is up: its
	 * `state` is `pending` or `running` then. How it ended is an answer here, not an error.
	 * @param id - `act_…`, from an answer or an error
	 */
	async wait(id: string, options: WaitOptions = {}): Promise<CallBody & Answered> {
		const answer = await waitForCall(this.#transport, id, options);
		return { ...objectBody(answer), request_id: answer.requestId } as unknown as CallBody & Answered;
	}
}
