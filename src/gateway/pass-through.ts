/**
 * Steps 5 and 6 of a proxied call: it is carried out, and the upstream's own answer comes back. A short answer is read to its end and
 * settled before the agent has a byte of it, like any other. A long one, or one that is sent bit by bit, is passed on while it comes:
 * `started` is durable before its first byte, `closed` or `aborted` follows its last, and nothing of it is kept.
 */
import type { CallError } from "../contract/verdict.ts";
import { type ExecutePorts, errorName, HTTP_CONNECTOR, NOT_WRITTEN, settle, TIMED_OUT, withinTimeLimit } from "./execute-call.ts";
import { type StreamEnd, streamOn } from "./pass-stream.ts";
import type { Answering, ExecutableCall, Ledger, Outcome, SettleRequest } from "./ports.ts";

/** The upstream's answer, as far as the agent may see it. */
export interface PassedAnswer {
	status: number;
	headers: Headers;
	body: Uint8Array | ReadableStream<Uint8Array> | null;
}

export type Passed =
	| { state: "executed" | "failed" | "running"; answer: PassedAnswer }
	/** Nothing can be passed on. `reached` is whether the upstream can have seen the call. */
	| { state: "failed" | "unknown"; answer: null; reached: boolean; error: CallError };

/** An answer that is longer is passed on while it comes. */
const BUFFERED_BYTES = 131_072;
/** Answers that are sent bit by bit, to somebody who waits for each. */
const LIVE = /^\s*(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json))\b/i;
/** How long an answer may be on its way, in milliseconds. */
const STREAM_LIMIT_MS = 3_600_000;

/** One proxied call, until it is settled. */
interface Passing {
	ports: ExecutePorts;
	ledger: Ledger;
	call: ExecutableCall;
	startedAt: number;
}

export function passThrough(ports: ExecutePorts, ledger: Ledger, call: ExecutableCall): Promise<Passed> {
	const work = run({ ports, ledger, call, startedAt: ports.now() });
	ports.keepAlive(work);
	return work;
}

async function run(passing: Passing): Promise<Passed> {
	const { ports, call } = passing;
	const limitMs = call.definition.time_limit_ms;
	const opening = open(passing);
	const opened = await withinTimeLimit(opening, limitMs);
	if (opened === null) {
		ports.keepAlive(opening.then((late) => end(passing, late)));
		return notPassed(passing, TIMED_OUT);
	}
	if (!("body" in opened)) return notPassed(passing, opened);
	const { body } = opened;
	if (body === null || body instanceof Uint8Array) return whole(passing, opened, body ?? new Uint8Array());
	const reader = body.getReader();
	if (LIVE.test(opened.headers.get("content-type") ?? "")) return stream(passing, opened, reader, []);

	const start = await withinTimeLimit(readStart(reader), limitMs - (ports.now() - passing.startedAt));
	if (start !== null && start !== "broken")
		return start.isWhole ? whole(passing, opened, joined(start.chunks)) : stream(passing, opened, reader, start.chunks);
	await opened.cancel();
	return notPassed(passing, brokenOff(opened.status));
}

/** An answer that comes too late is not read: that the call may have run is all that is known. */
async function end(passing: Passing, late: Awaited<ReturnType<typeof open>>): Promise<void> {
	if ("body" in late) await late.cancel();
	else await settled(passing, late);
}

/** What a connector throws says nothing about what the upstream did. */
async function open({ ports, call }: Passing): Promise<Answering | Exclude<Outcome, { kind: "ok" }>> {
	const { definition } = call;
	const connector = ports.connectors.get(definition.http === undefined ? definition.connector : HTTP_CONNECTOR);
	if (connector?.open === undefined) return NOT_CONNECTED;
	try {
		return await connector.open(call);
	} catch (error) {
		ports.log("connector_failed", { act_id: call.act_id, action: definition.name, error: errorName(error) });
		return { kind: "unknown", error: { ...TIMED_OUT.error, message: "the call may have run: the connector failed" } };
	}
}

async function whole(passing: Passing, opened: Answering, bytes: Uint8Array): Promise<Passed> {
	const outcome = opened.outcome(bytes);
	if (outcome.kind === "unknown") return notPassed(passing, outcome);
	if (!(await settled(passing, outcome))) return NOT_SETTLED;
	const { status, headers } = opened;
	return {
		state: outcome.kind === "ok" ? "executed" : "failed",
		answer: { status, headers, body: bytes.length === 0 ? null : bytes },
	};
}

async function stream(
	passing: Passing,
	opened: Answering,
	reader: ReadableStreamDefaultReader<Uint8Array>,
	start: Uint8Array[],
): Promise<Passed> {
	const { status, headers } = opened;
	if (!(await settled(passing, { kind: "started", upstream_status: status, limit_ms: STREAM_LIMIT_MS }))) {
		await opened.cancel();
		return NOT_SETTLED;
	}
	const limits = { idleMs: passing.call.definition.time_limit_ms, totalMs: STREAM_LIMIT_MS };
	const { body, ended } = streamOn(reader, start, limits);
	passing.ports.keepAlive(
		ended.then(async (end) => {
			await settled(passing, streamOutcome(status, end));
			if (end.why !== null) await opened.cancel();
		}),
	);
	return { state: "running", answer: { status, headers, body } };
}

function streamOutcome(status: number, { why, bytes }: StreamEnd): SettleRequest["outcome"] {
	const fields = { response_bytes: bytes };
	if (why === null) return { kind: "closed", upstream_status: status, fields };
	return { kind: "aborted", fields, error: { code: "upstream_failed", message: why, upstream_status: status } };
}

async function notPassed(passing: Passing, outcome: Exclude<Outcome, { kind: "ok" }>): Promise<Passed> {
	if (!(await settled(passing, outcome))) return NOT_SETTLED;
	const reached = outcome.kind === "unknown" || outcome.reached;
	return { state: outcome.kind, answer: null, reached, error: outcome.error };
}

function settled({ ports, ledger, call, startedAt }: Passing, word: SettleRequest["outcome"]): Promise<boolean> {
	return settle(ports, ledger, call.act_id, word, startedAt);
}

/** Reads until there is more than is held, or the end. */
async function readStart(
	reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<{ isWhole: boolean; chunks: Uint8Array[] } | "broken"> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		while (length <= BUFFERED_BYTES) {
			const { done, value } = await reader.read();
			if (done) return { isWhole: true, chunks };
			chunks.push(value);
			length += value.length;
		}
	} catch {
		return "broken";
	}
	return { isWhole: false, chunks };
}

function joined(chunks: Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.length;
	}
	return whole;
}

function brokenOff(status: number): Extract<Outcome, { kind: "unknown" }> {
	const message = `the call may have run: the upstream's answer (${status}) broke off`;
	return { kind: "unknown", error: { code: "upstream_unknown", message, upstream_status: status } };
}

const NOT_CONNECTED: Exclude<Outcome, { kind: "ok" }> = {
	kind: "failed",
	reached: false,
	error: { code: "not_started", message: "nothing is connected that could carry this action out", upstream_status: null },
};

const NOT_SETTLED: Passed = { state: "unknown", answer: null, reached: true, error: NOT_WRITTEN };
