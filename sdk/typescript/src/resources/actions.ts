/** Running actions through the gateway, and asking which there are. */
import { pathSegment, queryString } from "../address.ts";
import { listed } from "../answered.ts";
import { errorFromAnswer, errorFromVerdict, isVerdict, objectBody, unexpectedAnswer } from "../error-from-answer.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { Answer, CallOptions, Transport } from "../transport.ts";
import type { AllowBody, Answered, PageQuery, VisibleAction } from "../types.ts";
import { isOpen, type WaitOptions, waitForCall } from "../wait-for-call.ts";

export interface RunOptions extends CallOptions {
	/** The same key with the same input never runs twice within 24 hours. Made for you if left out. */
	idempotencyKey?: string | undefined;
	/**
	 * Waits through a review instead of throwing a HeldError: `true` until somebody has decided or it has expired, or for so many
	 * seconds at most. `timeoutMs` is for the call itself.
	 */
	wait?: boolean | Pick<WaitOptions, "timeoutSeconds"> | undefined;
}

/**
 * Action -> its input. Empty here, and any name and object will do; `hivekey types > actions.d.ts` fills it in for a project, and
 * from then on `run` takes these actions with these inputs alone.
 */
// biome-ignore lint/suspicious/noEmptyInterface: a project's actions.d.ts adds to it
export interface ActionInputs {}

/** The actions of this project, or any name. */
export type ActionName = [keyof ActionInputs] extends [never] ? string : Extract<keyof ActionInputs, string>;

/** What an action takes. */
export type ActionInput<Name extends ActionName = ActionName> = Name extends keyof ActionInputs ? ActionInputs[Name] : object;

export class Actions {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * Runs an action. Resolves once it was allowed and done; with `wait` also once it was held and signed off.
	 * @param name - such as `mail.send`
	 * @param input - what the action takes; must be JSON
	 * @throws DeniedError, HeldError, ExpiredError, UpstreamFailedError, UnknownOutcomeError: what became of the call
	 * @throws HiveKeyError of another class if the call was not taken up
	 */
	async run<Result = unknown, Name extends ActionName = ActionName>(
		name: Name,
		input?: ActionInput<Name>,
		options: RunOptions = {},
	): Promise<AllowBody<Result> & Answered> {
		const idempotencyKey = options.idempotencyKey ?? newKey();
		const first = await this.#transport.send({
			method: "POST",
			path: `/v1/actions/${pathSegment(name)}`,
			body: jsonText(input ?? {}),
			idempotencyKey,
			signal: options.signal,
			timeoutMs: options.timeoutMs,
		});
		if (!isVerdict(first)) {
			throw first.status === 200 ? unexpectedAnswer(first, idempotencyKey) : errorFromAnswer(first, idempotencyKey);
		}
		const answer = options.wait && isOpen(first) ? await this.#waitFor(first, options) : first;
		const error = errorFromVerdict(answer, idempotencyKey);
		if (error !== null) throw error;
		return { ...doneBody(objectBody(answer)), request_id: answer.requestId } as unknown as AllowBody<Result> & Answered;
	}

	#waitFor(held: Answer, { wait, signal }: RunOptions): Promise<Answer> {
		const timeoutSeconds = typeof wait === "object" ? wait.timeoutSeconds : undefined;
		return waitForCall(this.#transport, String(objectBody(held).id), { timeoutSeconds, signal });
	}

	/** The actions that the agent's role makes visible. Nothing else exists for it. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<VisibleAction> {
		const pathOf = (cursor: string | undefined) => `/v1/actions${queryString({ ...query, cursor })}`;
		return listed<VisibleAction>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}
}

/** What an allowed call answers at once, from the state of one that took longer: whoever signed it off allowed it. */
function doneBody(body: Record<string, unknown>): Record<string, unknown> {
	if (body.state === undefined) return body;
	const { id, action, matched_guard, agent, result } = body;
	return { id, action, verdict: "allow", matched_guard, agent, result };
}

/** Needs to be unlike any other key, not to be secret: Node 18 has no global `crypto`. */
function newKey(): string {
	const { crypto } = globalThis as { crypto?: { randomUUID?: () => string } };
	if (crypto?.randomUUID !== undefined) return crypto.randomUUID();
	const part = () => Math.random().toString(36).slice(2).padEnd(11, "0");
	return `${Date.now().toString(36)}-${part()}${part()}`;
}
