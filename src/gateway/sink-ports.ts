/** What telling people needs of the world: sinks, notices on their way, and something that sends one. */
import type { Page } from "../contract/admin.ts";
import type { ReviewSummary } from "../contract/review.ts";
import type { NoticeEvent, Sink, SinkDocument } from "../contract/sinks.ts";
import type { AdminAct, PageRequest } from "./ports.ts";

export interface StoredSink {
	name: string;
	document: SinkDocument;
	changed_by: string;
	created_at: string;
	updated_at: string;
}

/** One notice on its way to one sink. */
export interface Notice {
	/** The same at every attempt: receivers tell repeats by it. */
	id: string;
	workspace_id: string;
	sink: string;
	document: SinkDocument;
	event: NoticeEvent;
	/** What the log may show of the review, as it was then. */
	review: ReviewSummary;
	/** How often it was tried, this time included. */
	attempts: number;
}

export interface SinkStore {
	get(workspaceId: string, name: string): Promise<Sink | null>;
	list(workspaceId: string, page: PageRequest): Promise<Page<Sink>>;
	/** All of a workspace. */
	documents(workspaceId: string): Promise<{ name: string; document: SinkDocument }[]>;
	put(workspaceId: string, sink: StoredSink, act: AdminAct): Promise<void>;
	/** What waits for it goes too. False if there is none. */
	delete(workspaceId: string, name: string, act: AdminAct): Promise<boolean>;
	/**
	 * Takes notices whose time has come, of one workspace or of all; none of them is taken by anybody else before `againAt`.
	 * Times are milliseconds since 1970.
	 */
	take(workspaceId: string | null, now: number, againAt: number, limit: number): Promise<Notice[]>;
	/** What became of one: delivered, or to be tried again at a time; null for given up. */
	note(notice: Notice, became: { kind: "delivered" } | { kind: "failed"; why: string; nextAt: number | null }): Promise<void>;
	/** Forgets what was delivered or given up before a time, in milliseconds since 1970. */
	forget(before: number): Promise<void>;
}

/** How sending went. What `failed` says stands where administrators read it: it never quotes an answer or a secret. */
export type Sending = { kind: "delivered" } | { kind: "failed"; why: string };

export interface NoticeSender {
	/** Never rejects for what the receiver did. @param now - milliseconds since 1970 */
	send(notice: Notice, now: number): Promise<Sending>;
}
