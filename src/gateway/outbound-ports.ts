/** What the use cases and connectors need to reach something outside: one request, checked, bounded, never redirected. */

export interface OutboundRequest {
	/** Checked anew before it is fetched. */
	url: string;
	method: string;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: string | Uint8Array<ArrayBuffer> | null;
	/** For the whole of it, the answer's body too. */
	timeLimitMs: number;
	/** A longer answer is cut off and is `too_large`. */
	maxBytes: number;
}

export type OutboundResult =
	| { kind: "answered"; status: number; headers: Headers; body: Uint8Array }
	/** It was not sent. */
	| { kind: "refused"; why: string }
	/** It may have arrived: no answer in time, no connection, or one that broke off; `status` if that much had come. */
	| { kind: "timeout" | "broken"; status: number | null }
	| { kind: "too_large"; status: number };

/** An answer of which the head has come. */
export interface OutboundAnswer {
	kind: "answering";
	status: number;
	headers: Headers;
	body: ReadableStream<Uint8Array> | null;
	/** All of the body; null, and the rest is not read, where it is longer. Rejects where it breaks off. */
	read(maxBytes: number): Promise<Uint8Array | null>;
	/** Lets go of the rest of it. */
	cancel(): void;
}

export interface Outbound {
	/** Whether a URL is one that may be fetched; null if it is, else why not. For people who configure one. */
	whyNot(url: string): string | null;
	/** Sends a request. Never rejects, never follows a redirect. */
	send(request: OutboundRequest): Promise<OutboundResult>;
	/** The same as far as the answer's head, which is what the time limit is for; how much of its body is read is the caller's to say. */
	open(request: OutboundRequest): Promise<OutboundAnswer | Exclude<OutboundResult, { kind: "answered" | "too_large" }>>;
}
