/** Sends requests of the gateway's own to the outside: one place that checks where to, for how long and how much comes back. */
import type { Outbound, OutboundAnswer, OutboundRequest, OutboundResult } from "../gateway/outbound-ports.ts";
import { destinationOf, type OutboundPolicy } from "./destination.ts";

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export function createOutbound(fetch: Fetch, policy: OutboundPolicy): Outbound {
	return {
		whyNot(url) {
			const destination = destinationOf(url, policy);
			return destination.ok ? null : destination.why;
		},
		async send(request) {
			const destination = destinationOf(request.url, policy);
			if (!destination.ok) return { kind: "refused", why: destination.why };
			const abort = new AbortController();
			const timer = setTimeout(() => abort.abort(), request.timeLimitMs);
			const opened = await begin(fetch, destination.url, request, abort);
			const result = opened.kind === "answering" ? await readWhole(opened, request.maxBytes, abort.signal) : opened;
			clearTimeout(timer);
			return result;
		},
		async open(request) {
			const destination = destinationOf(request.url, policy);
			if (!destination.ok) return { kind: "refused", why: destination.why };
			const abort = new AbortController();
			const timer = setTimeout(() => abort.abort(), request.timeLimitMs);
			const opened = await begin(fetch, destination.url, request, abort);
			clearTimeout(timer);
			return opened;
		},
	};
}

type Failed = Extract<OutboundResult, { kind: "timeout" | "broken" }>;

async function begin(
	fetch: Fetch,
	url: URL,
	{ method, headers, body }: OutboundRequest,
	abort: AbortController,
): Promise<OutboundAnswer | Failed> {
	try {
		const { signal } = abort;
		const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
		return {
			kind: "answering",
			status: response.status,
			headers: response.headers,
			body: response.body,
			read: (maxBytes) => readAtMost(response.body, maxBytes),
			cancel: () => abort.abort(),
		};
	} catch {
		// "Network connection lost" is all that the platform says, whether nobody took the connection or it was cut in the middle.
		return { kind: abort.signal.aborted ? "timeout" : "broken", status: null };
	}
}

async function readWhole(
	{ status, headers, read }: OutboundAnswer,
	maxBytes: number,
	signal: AbortSignal,
): Promise<OutboundResult> {
	try {
		const bytes = await read(maxBytes);
		return bytes === null ? { kind: "too_large", status } : { kind: "answered", status, headers, body: bytes };
	} catch {
		return { kind: signal.aborted ? "timeout" : "broken", status };
	}
}

/** The body; null, and the rest is not read, where it is longer. What it says of its own length is not believed. */
async function readAtMost(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | null> {
	if (body === null) return new Uint8Array();
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = body.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.length;
		if (length > maxBytes) {
			await reader.cancel().catch(() => {});
			return null;
		}
		chunks.push(value);
	}
	const whole = new Uint8Array(length);
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.length;
	}
	return whole;
}
