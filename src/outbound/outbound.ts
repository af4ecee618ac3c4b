/** Sends requests of the gateway's own to the outside: one place that checks where to, for how long and how much comes back. */
import type { Outbound, OutboundRequest, OutboundResult } from "../gateway/outbound-ports.ts";
import { destinationOf, type OutboundPolicy } from "./destination.ts";

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** What a failed fetch says when nothing can have been sent. Everything else may have been. */
const NOT_SENT =
	/connection refused|ECONNREFUSED|could not resolve|DNS|ENOTFOUND|no route|unreachable|certificate|TLS|SSL|internal error; reference/i;

export function createOutbound(fetch: Fetch, policy: OutboundPolicy): Outbound {
	return {
		whyNot(url) {
			const destination = destinationOf(url, policy);
			return destination.ok ? null : destination.why;
		},
		async send(request) {
			const destination = destinationOf(request.url, policy);
			if (!destination.ok) return { kind: "refused", why: destination.why };
			return withinLimits(fetch, destination.url, request);
		},
	};
}

async function withinLimits(fetch: Fetch, url: URL, request: OutboundRequest): Promise<OutboundResult> {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), request.timeLimitMs);
	let status: number | null = null;
	try {
		const response = await fetch(url, {
			method: request.method,
			headers: request.headers,
			body: request.body,
			redirect: "manual",
			signal: abort.signal,
		});
		status = response.status;
		const body = await readAtMost(response, request.maxBytes);
		return body === null ? { kind: "too_large", status } : { kind: "answered", status, headers: response.headers, body };
	} catch (error) {
		if (abort.signal.aborted) return { kind: "timeout", status };
		const said = error instanceof Error ? `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}` : "";
		return status === null && NOT_SENT.test(said) ? { kind: "unreachable" } : { kind: "broken", status };
	} finally {
		clearTimeout(timer);
	}
}

/** The body; null, and the rest is not read, where it is longer. What it says of its own length is not believed. */
async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array | null> {
	if (response.body === null) return new Uint8Array();
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = response.body.getReader();
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
