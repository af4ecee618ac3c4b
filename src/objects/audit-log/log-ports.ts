/** What the log's object needs from the world. A method rejects when its store is away. */
import type { Ids } from "../../gateway/ports.ts";
import type { NoteSigner } from "../../tlog/note-keys.ts";
import type { SequencedBatch } from "./pending-batches.ts";
import type { Head, StoredRecord } from "./places.ts";

export interface AuditLogPorts {
	ids: Ids;
	/** The newest record in D1, or null. */
	storedHead(workspaceId: string): Promise<Head | null>;
	/** Appends records; those that are there already with the same bytes are passed over. */
	commit(workspaceId: string, batch: SequencedBatch): Promise<void>;
	/** Records after a number, in order, as D1 (or an archive, for those that have left it) has them; at most so many. */
	recordsAfter(workspaceId: string, seq: number, limit: number): Promise<StoredRecord[]>;
	/** Administrative acts that wait, the oldest first, after row `n`. */
	adminActs(workspaceId: string, n: number): Promise<[n: number, record: string][]>;
	/** The log has these acts: forget them up to and including row `n`. */
	forgetAdminActs(workspaceId: string, n: number): Promise<void>;
	/** After D1 or this object lost its memory: forgets waiting acts that are on the log, and numbers the others above `n`. */
	renumberAdminActs(workspaceId: string, n: number): Promise<void>;
	/** The signed note of D1's newest checkpoint, or null. */
	newestCheckpoint(workspaceId: string): Promise<{ size: number; note: string } | null>;
	/** Keeps a checkpoint in D1: one a size, growing. False if D1 has a larger one. */
	saveCheckpoint(workspaceId: string, checkpoint: NewCheckpoint): Promise<boolean>;
	/** Writes and reads files of the published log, by their path under its prefix: `checkpoint`, `tile/…`. */
	putLogFile(workspaceId: string, path: string, content: Uint8Array | string): Promise<void>;
	getLogFile(workspaceId: string, path: string): Promise<Uint8Array | null>;
	/** The tile or bundle at this path is full: the narrower ones of it may go. */
	forgetPartialTiles(workspaceId: string, path: string): Promise<void>;
	/** Keeps a row that could not be put on the log. */
	putQuarantined(workspaceId: string, sha256: string, content: string): Promise<void>;
	/** The keys that sign this workspace's checkpoints, the newest first. */
	signers(workspaceId: string): NoteSigner[];
	log(event: string, details: Record<string, unknown>): void;
}

export interface NewCheckpoint {
	size: number;
	/** Base64. */
	root: string;
	note: string;
	/** RFC 3339. */
	time: string;
}

/**
 * The log stands still rather than show two histories. `log_gap`: records are missing and cannot be found. `log_mismatch`: two
 * stores say different things of the same records.
 */
export class LogStopped extends Error {
	override name = "LogStopped";
	readonly code: "log_gap" | "log_mismatch";
	/** What it is about, for the operator's log: numbers and paths, never a record. */
	readonly details: Record<string, unknown>;

	constructor(code: LogStopped["code"], details: Record<string, unknown>) {
		super(code);
		this.code = code;
		this.details = details;
	}
}
