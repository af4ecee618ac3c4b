/** Following the log: one stream after the other, each going on where the one before ended. */
import { queryString } from "./address.ts";
import type { AuditFilters, AuditRecord } from "./admin-types.ts";
import { errorFromAnswer, unexpectedAnswer } from "./error-from-answer.ts";
import { ConnectionError, HiveKeyError, TimeoutError } from "./errors.ts";
import { EventStreamParser } from "./event-stream.ts";
import { pieces } from "./read-stream.ts";
import { retryDelayMs } from "./retry.ts";
import { type Opened, pause, type Transport } from "./transport.ts";

export interface StreamOptions extends AuditFilters {
	/** Begins after this sequence number. Left out: with what happens from now on. */
	after?: number;
	signal?: AbortSignal;
	/** Called once when the gateway cannot be read, and once when it can be again. */
	onLost?: (error: HiveKeyError) => void;
	onFound?: () => void;
}

/** Three beats of the gateway. */
const IDLE_MS = 45_000;
const OPEN_MS = 20_000;
/** A stream that ends sooner than this, and had nothing to say, is no reason to hurry. */
const SHORT_MS = 1_000;
const TAG = "x-audit-read";

/**
 * Every record that matches, each once and in order. A gateway that goes away is waited for.
 * @throws HiveKeyError where waiting does not help; the signal's reason once it is aborted
 */
export async function* followAudit(transport: Transport, options: StreamOptions): AsyncGenerator<AuditRecord, void, undefined> {
	const { after, signal, onLost, onFound, ...filters } = options;
	let position = after;
	let tag: string | null = null;
	let failures = 0;
	for (;;) {
		signal?.throwIfAborted();
		const openedAt = Date.now();
		let told = false;
		try {
			const { answer, stream } = await open(transport, filters, position, tag, signal);
			tag = answer.headers.get(TAG) ?? tag;
			const parser = new EventStreamParser();
			const decoder = new TextDecoder();
			for await (const piece of pieces(stream, IDLE_MS, signal)) {
				if (failures > 0) onFound?.();
				failures = 0;
				for (const event of parser.push(decoder.decode(piece, { stream: true }))) {
					if (event.event !== "record") continue;
					const record = readRecord(event.data);
					if (position !== undefined && record.seq <= position) continue;
					position = record.seq;
					told = true;
					yield record;
				}
				position = later(position, parser.lastEventId);
			}
			if (!told && Date.now() - openedAt < SHORT_MS) await pause(retryDelayMs(1, undefined, Math.random()), signal);
		} catch (error) {
			if (signal?.aborted || !(error instanceof HiveKeyError) || !isPassing(error)) throw error;
			if (failures++ === 0) onLost?.(error);
			await pause(retryDelayMs(failures, error.retryAfterSeconds, Math.random()), signal);
		}
	}
}

async function open(
	transport: Transport,
	filters: AuditFilters,
	position: number | undefined,
	tag: string | null,
	signal: AbortSignal | undefined,
): Promise<Opened & { stream: ReadableStream<Uint8Array> }> {
	const headers: Record<string, string> = {
		...(position === undefined ? {} : { "last-event-id": String(position) }),
		...(tag === null ? {} : { [TAG]: tag }),
	};
	const path = `/v1/audit/stream${queryString(filters)}`;
	const accept = "text/event-stream, application/problem+json";
	const { answer, stream } = await transport.open({ method: "GET", path, accept, headers, signal, timeoutMs: OPEN_MS });
	if (stream === null) throw errorFromAnswer(answer);
	if (/^text\/event-stream\b/i.test(answer.headers.get("content-type") ?? "")) return { answer, stream };
	void stream.cancel().catch(() => undefined);
	throw unexpectedAnswer(answer);
}

function readRecord(data: string): AuditRecord {
	try {
		const record = JSON.parse(data) as AuditRecord;
		if (Number.isSafeInteger(record.seq)) return record;
	} catch {
		// Told below.
	}
	throw new HiveKeyError("the gateway sent a record that is none", { code: "unexpected_answer" });
}

/** What an id without data says: up to there, there is nothing more. */
function later(position: number | undefined, id: string): number | undefined {
	if (!/^\d{1,16}$/.test(id)) return position;
	return Math.max(position ?? 0, Number(id));
}

/** Whether waiting may help. */
function isPassing(error: HiveKeyError): boolean {
	if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
	return error.status === 429 || (error.status ?? 0) >= 500;
}
