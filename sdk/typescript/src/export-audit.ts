/** The log as it is stored: answer after answer, each record's bytes as they were hashed. */
import { queryString } from "./address.ts";
import { errorFromAnswer, unexpectedAnswer } from "./error-from-answer.ts";
import { ConnectionError, HiveKeyError, TimeoutError } from "./errors.ts";
import { pieces } from "./read-stream.ts";
import { retryDelayMs } from "./retry.ts";
import { pause, type Transport } from "./transport.ts";

export interface ExportOptions {
	/** Begins after this sequence number. Left out: with the first record. */
	after?: number;
	/** The last sequence number wanted. Left out: all that is there. */
	until?: number;
	signal?: AbortSignal;
}

export interface ExportedRecord {
	seq: number;
	/** The record, byte for byte as it is stored: one JSON object, without a line break. */
	bytes: Uint8Array;
	/** The newest number of the log, when the answer began. */
	logSize: number;
}

const IDLE_MS = 30_000;
/** So often in a row without anything new, and it is given up. */
const MOST_FAILURES = 5;
const NEWLINE = 10;
const TAG = "x-audit-read";

/**
 * Every record, each once and in order. A connection that is cut is opened again after the last whole record.
 * @throws HiveKeyError; the signal's reason once it is aborted
 */
export async function* exportAudit(
	transport: Transport,
	options: ExportOptions,
): AsyncGenerator<ExportedRecord, void, undefined> {
	const { until, signal } = options;
	const place: Place = { seq: options.after ?? 0, tag: null, until };
	let failures = 0;
	for (;;) {
		signal?.throwIfAborted();
		const before = place.seq;
		try {
			if (yield* oneAnswer(transport, place, signal)) return;
			failures = 0;
		} catch (error) {
			if (signal?.aborted || !(error instanceof HiveKeyError) || !isPassing(error)) throw error;
			failures = place.seq > before ? 1 : failures + 1;
			if (failures > MOST_FAILURES) throw error;
			await pause(retryDelayMs(failures, error.retryAfterSeconds, Math.random()), signal);
		}
	}
}

/** Where the export has come to. */
interface Place {
	seq: number;
	tag: string | null;
	until: number | undefined;
}

/** Moves the place on. Returns whether it was the last answer. */
async function* oneAnswer(
	transport: Transport,
	place: Place,
	signal: AbortSignal | undefined,
): AsyncGenerator<ExportedRecord, boolean, undefined> {
	const path = `/v1/audit/export${queryString({ after_seq: place.seq, until_seq: place.until })}`;
	const headers: Record<string, string> = place.tag === null ? {} : { [TAG]: place.tag };
	const accept = "application/x-ndjson, application/problem+json";
	const { answer, stream } = await transport.open({ method: "GET", path, accept, headers, signal });
	if (stream === null) throw errorFromAnswer(answer);
	const next = numberIn(answer.headers.get("x-next-after-seq"));
	const logSize = numberIn(answer.headers.get("x-log-size"));
	if (next === null || logSize === null || next < place.seq) {
		void stream.cancel().catch(() => undefined);
		throw unexpectedAnswer(answer);
	}
	place.tag = answer.headers.get(TAG) ?? place.tag;
	for await (const bytes of lines(pieces(stream, IDLE_MS, signal))) {
		const seq = seqOf(bytes);
		if (seq === null || seq <= place.seq || seq > next) throw unexpectedAnswer(answer);
		place.seq = seq;
		yield { seq, bytes, logSize };
	}
	place.seq = next;
	return next >= Math.min(logSize, place.until ?? logSize);
}

/** Whole lines, without their ends. What has no end was cut off on the way. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
	let begun: Uint8Array[] = [];
	for await (const chunk of chunks) {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			const part = chunk.subarray(start, end);
			yield begun.length === 0 ? part : joined([...begun, part]);
			begun = [];
			start = end + 1;
		}
		if (start < chunk.length) begun.push(chunk.slice(start));
	}
	if (begun.length > 0) throw new ConnectionError("the gateway's answer broke off", { code: "connection_failed" });
}

function joined(parts: Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** The log puts the number in front of every record. */
function seqOf(bytes: Uint8Array): number | null {
	const head = new TextDecoder().decode(bytes.subarray(0, 64));
	return numberIn(/^\{"v":\d+,"seq":(\d+),/.exec(head)?.[1] ?? null);
}

function numberIn(text: string | null): number | null {
	return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function isPassing(error: HiveKeyError): boolean {
	if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
	return error.status === 429 || (error.status ?? 0) >= 500;
}
