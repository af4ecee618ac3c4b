/** Reading the end of the log, and following it. */
import {
	type AuditQuery,
	type AuditRecord,
	AuthenticationError,
	ConnectionError,
	type HiveKeyAdmin,
	HiveKeyError,
	MissingScopeError,
	NotFoundError,
} from "../../../sdk/typescript/src/index.ts";
import { type TailRow, TailRows } from "./tail-rows.ts";

const PAGE_LIMIT = 100;
/** A gateway that takes longer to say what is new is taken for lost. */
const FOLLOW_TIMEOUT_MS = 15_000;

export interface TailEnd {
	rows: TailRow[];
	/** The sequence number after which anything new stands. */
	lastSeq: number;
	/** Knows what the rows so far said, for the ones that follow. */
	reader: TailRows;
}

/**
 * The last acts that match, oldest first: as many decisions as asked for, and all that came of any act since the first of them.
 * @param acts - how many decisions, at most; Infinity for all that the query finds
 */
export async function readTail(admin: HiveKeyAdmin, query: AuditQuery, acts: number, signal?: AbortSignal): Promise<TailEnd> {
	const newestFirst: AuditRecord[] = [];
	let candidates = 0;
	const limit = acts === 0 ? 1 : PAGE_LIMIT;
	for await (const page of admin.audit.list({ ...query, order: "desc", limit }, { signal }).pages()) {
		newestFirst.push(...page.items);
		candidates += page.items.filter((record) => ["intent", "held", "denied", "done"].includes(record.state)).length;
		// A page may be empty before the end: where to go on from is told by a record.
		if (newestFirst.length > 0 && candidates >= acts && rowsOf(newestFirst, acts).enough) break;
	}
	const { rows, reader } = rowsOf(newestFirst, acts);
	return { rows, reader, lastSeq: newestFirst[0]?.seq ?? 0 };
}

function rowsOf(newestFirst: AuditRecord[], acts: number): { rows: TailRow[]; reader: TailRows; enough: boolean } {
	const reader = new TailRows();
	const rows: TailRow[] = [];
	for (let at = newestFirst.length - 1; at >= 0; at--) {
		const row = reader.next(newestFirst[at] as AuditRecord);
		if (row !== null) rows.push(row);
	}
	let seen = 0;
	let first = acts === 0 ? rows.length : 0;
	for (let at = rows.length - 1; at >= 0 && acts > 0; at--) {
		if (rows[at]?.isVerdict && ++seen === acts) {
			first = at;
			break;
		}
	}
	return { rows: rows.slice(first), reader, enough: seen >= acts };
}

export interface Follow {
	admin: HiveKeyAdmin;
	query: AuditQuery;
	/** The last sequence number that was read. */
	afterSeq: number;
	signal: AbortSignal;
	/** Between two looks at a gateway that has no stream. */
	pollMs: number;
	onRecord(record: AuditRecord): void;
	/** Called once when the gateway cannot be read, and once when it can be again. */
	onLost(error: HiveKeyError): void;
	onFound(): void;
}

/**
 * Hands on every new record that matches, each once and in order, until the signal. A gateway that goes away is waited for.
 * @throws HiveKeyError if the key is no longer taken, or the query makes no sense to the gateway
 */
export async function follow(what: Follow): Promise<void> {
	const { admin, afterSeq, signal, onRecord } = what;
	const { agent, action, verdict, state, kind, text } = what.query;
	let last = afterSeq;
	let lost = false;
	const onLost = (error: HiveKeyError) => {
		lost = true;
		what.onLost(error);
	};
	const onFound = () => {
		lost = false;
		what.onFound();
	};
	try {
		const stream = admin.audit.stream({ agent, action, verdict, state, kind, text, after: last, signal, onLost, onFound });
		for await (const record of stream) {
			last = record.seq;
			onRecord(record);
		}
	} catch (error) {
		if (signal.aborted) return;
		// A gateway of an earlier version has no stream. It may have been away when it was asked for the first time.
		if (!(error instanceof NotFoundError)) throw error;
		await poll({ ...what, afterSeq: last, lost });
	}
}

/** @param follow.lost - whether it was said already that the gateway is lost */
async function poll(follow: Follow & { lost: boolean }): Promise<void> {
	const { admin, query, signal, pollMs, onRecord, onLost, onFound } = follow;
	let last = follow.afterSeq;
	let { lost } = follow;
	while (!signal.aborted) {
		let more = false;
		try {
			const page = await admin.audit.list(
				{ ...query, order: "asc", limit: PAGE_LIMIT, after_seq: last },
				{ signal, timeoutMs: FOLLOW_TIMEOUT_MS },
			);
			if (lost) onFound();
			lost = false;
			for (const record of page.items) {
				if (record.seq <= last) continue;
				last = record.seq;
				more = true;
				onRecord(record);
			}
			more &&= page.next_cursor !== null;
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof HiveKeyError) || !isPassing(error)) throw error;
			if (!lost) onLost(error);
			lost = true;
		}
		if (!more) await sleep(pollMs, signal);
	}
}

/** Whether waiting may help. */
function isPassing(error: HiveKeyError): boolean {
	if (error instanceof AuthenticationError || error instanceof MissingScopeError) return false;
	return error instanceof ConnectionError || error.status === undefined || error.status === 429 || error.status >= 500;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener("abort", done, { once: true });
	});
}
