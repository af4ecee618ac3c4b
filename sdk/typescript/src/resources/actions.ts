/** Running actions through the gateway, and asking which there are. */
import { pathSegment, queryString } from "../address.ts";
import { listed } from "../answered.ts";
import { errorFromAnswer, errorFromVerdict, isVerdict, objectBody, unexpectedAnswer } from "../error-from-answer.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { AllowBody, Answered, PageQuery, VisibleAction } from "../types.ts";

export interface RunOptions extends CallOptions {
	/** The same key with the same input never runs twice within 24 hours. Made for you if left out. */
	idempotencyKey?: string;
}

export class Actions {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * Runs an action. Resolves once it was allowed and done.
	 * @param name - such as `mail.send`
	 * @param input - what the action takes; must be JSON
	 * @throws DeniedError, HeldError, ExpiredError, UpstreamFailedError, UnknownOutcomeError: what became of the call
	 * @throws HiveKeyError of another class if the call was not taken up
	 */
	async run<Result = unknown>(name: string, input: object = {}, options: RunOptions = {}): Promise<AllowBody<Result> & Answered> {
		const idempotencyKey = options.idempotencyKey ?? globalThis.crypto?.randomUUID?.() ?? randomKey();
		const answer = await this.#transport.send({
			method: "POST",
			path: `/v1/actions/${pathSegment(name)}`,
			body: jsonText(input),
			idempotencyKey,
			signal: options.signal,
			timeoutMs: options.timeoutMs,
		});
		if (!isVerdict(answer)) {
			throw answer.status === 200 ? unexpectedAnswer(answer, idempotencyKey) : errorFromAnswer(answer, idempotencyKey);
		}
		const error = errorFromVerdict(answer, idempotencyKey);
		if (error !== null) throw error;
		return { ...objectBody(answer), request_id: answer.requestId } as unknown as AllowBody<Result> & Answered;
	}

	/** The actions that the agent's role makes visible. Nothing else exists for it. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<VisibleAction> {
		const pathOf = (cursor: string | undefined) => `/v1/actions${queryString({ ...query, cursor })}`;
		return listed<VisibleAction>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}
}

/** For Node 18, which has no global `crypto`. Needs to be unlike any other key, not to be secret. */
function randomKey(): string {
	const part = () => Math.random().toString(36).slice(2).padEnd(11, "0");
	return `${Date.now().toString(36)}-${part()}${part()}`;
}
