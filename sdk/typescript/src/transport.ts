/** One request to the gateway: its deadline, its retries, its answer. Knows no route. */
import { resolveBaseUrl } from "./address.ts";
import { isInFlight, isVerdict } from "./error-from-answer.ts";
import { ConnectionError, TimeoutError } from "./errors.ts";
import { invitesRetry, LONGEST_RETRY_AFTER_SECONDS, parseRetryAfter, retryDelayMs } from "./retry.ts";
import { VERSION } from "./version.ts";

export interface ClientOptions {
	/** The gateway's address. Left out: HIVEKEY_URL, else https://gateway.hivekey.ai. */
	baseUrl?: string | undefined;
	/** How long one call may take in all, retries included. Default 60,000. */
	timeoutMs?: number | undefined;
	/** How often a request is sent again at most. Default 2. */
	maxRetries?: number | undefined;
	/** Used instead of the global `fetch`. */
	fetch?: typeof fetch | undefined;
	/** Put in front of the package's own name in User-Agent. */
	userAgent?: string | undefined;
}

/** What a single call may set for itself. */
export interface CallOptions {
	signal?: AbortSignal | undefined;
	timeoutMs?: number | undefined;
}

export interface Request extends CallOptions {
	method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	path: string;
	body?: string | Uint8Array;
	contentType?: string;
	idempotencyKey?: string;
	ifMatch?: string;
	ifNoneMatch?: string;
	/** What the answer should be; left out: JSON. */
	accept?: string;
	/** Further header fields. */
	headers?: Record<string, string>;
}

export interface Answer {
	url: string;
	status: number;
	headers: Headers;
	requestId: string | null;
	/** The parsed JSON; undefined if there is none. */
	body: unknown;
	/** The body as it came. */
	bytes: Uint8Array;
	retryAfterSeconds: number | undefined;
}

/** An answer of which the body is still to come, unless it is no success. */
export interface Opened {
	answer: Answer;
	/** Null for anything but a success. */
	stream: ReadableStream<Uint8Array> | null;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_RETRIES = 2;

/** Sends requests with one credential to one address. The credential is in no property that can be printed. */
export class Transport {
	readonly baseUrl: string;
	readonly #token: string;
	readonly #options: ClientOptions;

	constructor(token: string, options: ClientOptions) {
		this.#token = token;
		this.#options = options;
		this.baseUrl = resolveBaseUrl(options.baseUrl);
	}

	/**
	 * Sends a request, again where that is safe, and resolves with the last answer whatever its status.
	 * @throws ConnectionError, TimeoutError, or the reason of the caller's own signal
	 */
	async send(request: Request): Promise<Answer> {
		const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
		const deadline = Date.now() + timeoutMs;
		const maxRetries = mayRepeat(request) ? (this.#options.maxRetries ?? DEFAULT_MAX_RETRIES) : 0;

		// Whether a try of this very call may have reached the gateway without an answer coming back.
		let lost = false;
		for (let attempt = 1; ; attempt++) {
			const last = attempt > maxRetries;
			let delay: number;
			try {
				const answer = await this.#sendOnce(request, deadline, timeoutMs);
				const ownStillRuns = lost && isInFlight(answer);
				if (!ownStillRuns && (last || !invitesRetry(answer.status, isVerdict(answer), answer.retryAfterSeconds))) return answer;
				if ((answer.retryAfterSeconds ?? 0) > LONGEST_RETRY_AFTER_SECONDS) return answer;
				delay = retryDelayMs(attempt, answer.retryAfterSeconds, Math.random());
				if (Date.now() + delay >= deadline) return answer;
			} catch (error) {
				if (last || !(error instanceof ConnectionError)) throw error;
				lost = true;
				delay = retryDelayMs(attempt, undefined, Math.random());
				if (Date.now() + delay >= deadline) throw error;
			}
			await pause(delay, request.signal);
		}
	}

	/**
	 * Sends a request once, and resolves as soon as the answer begins. `timeoutMs` is for that beginning alone; what comes after it is
	 * the reader's to watch, the signal too.
	 * @throws ConnectionError, TimeoutError, or the reason of the caller's own signal
	 */
	async open(request: Request): Promise<Opened> {
		const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
		return this.#fetch(request, Date.now() + timeoutMs, timeoutMs, async (url, response) => {
			if (!response.ok) return { answer: await readAnswer(url, response), stream: null };
			const stream = response.body as ReadableStream<Uint8Array> | null;
			return { answer: answerOf(url, response, new Uint8Array(0)), stream: stream ?? new Response("").body };
		});
	}

	#sendOnce(request: Request, deadline: number, timeoutMs: number): Promise<Answer> {
		return this.#fetch(request, deadline, timeoutMs, readAnswer);
	}

	async #fetch<T>(
		request: Request,
		deadline: number,
		timeoutMs: number,
		read: (url: string, response: Response) => Promise<T>,
	): Promise<T> {
		const { signal, idempotencyKey } = request;
		signal?.throwIfAborted();
		const controller = new AbortController();
		const onAbort = () => controller.abort(signal?.reason);
		signal?.addEventListener("abort", onAbort, { once: true });
		let timedOut = false;
		const timer = setTimeout(
			() => {
				timedOut = true;
				controller.abort();
			},
			Math.max(0, deadline - Date.now()),
		);
		const url = this.baseUrl + request.path;
		try {
			const send = this.#options.fetch ?? fetch;
			const response = await send(url, {
				method: request.method,
				headers: this.#headers(request),
				body: request.body as RequestInit["body"],
				redirect: "manual",
				signal: controller.signal,
			});
			return await read(url, response);
		} catch (error) {
			if (signal?.aborted) throw signal.reason;
			if (timedOut) {
				const message = `${this.baseUrl} did not answer within ${timeoutMs} ms`;
				throw new TimeoutError(message, { code: "timeout", idempotencyKey, cause: error });
			}
			const message = `Cannot reach the gateway at ${this.baseUrl}${causeText(error)}`;
			throw new ConnectionError(message, { code: "connection_failed", idempotencyKey, cause: error });
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener("abort", onAbort);
		}
	}

	#headers(request: Request): Record<string, string> {
		const own = `hivekey-sdk-typescript/${VERSION}`;
		const headers: Record<string, string> = {
			authorization: `Bearer ${this.#token}`,
			accept: request.accept ?? "application/json, application/problem+json",
			"user-agent": this.#options.userAgent === undefined ? own : `${this.#options.userAgent} ${own}`,
		};
		if (request.body !== undefined) headers["content-type"] = request.contentType ?? "application/json";
		if (request.idempotencyKey !== undefined) headers["idempotency-key"] = request.idempotencyKey;
		if (request.ifMatch !== undefined) headers["if-match"] = request.ifMatch;
		if (request.ifNoneMatch !== undefined) headers["if-none-match"] = request.ifNoneMatch;
		return { ...headers, ...request.headers };
	}
}

/** A POST only under an idempotency key, nothing under a condition: the first try may have changed what it asks for. */
function mayRepeat(request: Request): boolean {
	if (request.ifMatch !== undefined || request.ifNoneMatch !== undefined) return false;
	return request.method !== "POST" || request.idempotencyKey !== undefined;
}

async function readAnswer(url: string, response: Response): Promise<Answer> {
	return answerOf(url, response, new Uint8Array(await response.arrayBuffer()));
}

function answerOf(url: string, response: Response, bytes: Uint8Array): Answer {
	let body: unknown;
	try {
		body = bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		body = undefined;
	}
	return {
		url,
		status: response.status,
		headers: response.headers,
		requestId: response.headers.get("x-request-id"),
		body,
		bytes,
		retryAfterSeconds: parseRetryAfter(response.headers.get("retry-after"), Date.now()),
	};
}

function causeText(error: unknown): string {
	const cause = (error as { cause?: { code?: unknown; message?: unknown } } | undefined)?.cause;
	const text = cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : undefined);
	return typeof text === "string" && text !== "" ? `: ${text}` : "";
}

/**
 * Waits so many milliseconds.
 * @throws the signal's reason
 */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(signal.reason);
		const onAbort = () => {
			clearTimeout(timer);
			reject(signal?.reason);
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener("abort", onAbort);
			resolve();
		}, ms);
		signal?.addEventListener("abort", onAbort, { once: true });
	});
}
