/**
 * Rows that can never be committed. Each is kept, and in its place the log gets a record that says so: a broken row stops
 * nobody, and does not vanish either.
 */
import { createHash } from "node:crypto";
import { RECORD_MAX_BYTES, recordText } from "../../contract/record-text.ts";
import type { Ids } from "../../gateway/ports.ts";
import { textDigest } from "../../tlog/text-digest.ts";

const BODY_START = '{"event_id":';
/** What the log puts in front of a row. */
const HEAD_BYTES = 128;
/** Fewer brackets than this cannot be nested too deep for SQLite (1,000). */
const PLAIN_BRACKETS = 500;
const PART_CHARACTERS = 300_000;
/** While R2 is away, rows beyond this many characters are kept by their beginning alone. */
const WAITING_CHARACTERS = 32_000_000;
const BEGINNING_CHARACTERS = 16_384;
/** How many quarantined rows stay listed here; the log has a record of each. */
const LISTED_ROWS = 1_000;

export class Quarantine {
	readonly #sql: SqlStorage;
	readonly #ids: Ids;

	constructor(sql: SqlStorage, ids: Ids) {
		this.#sql = sql;
		this.#ids = ids;
	}

	/** What stands on the log for a row: the row, or the record that tells why it is not there. Runs inside a transaction. */
	placeable(workspaceId: string, source: string, row: number, body: string): string {
		const why = this.#fault(workspaceId, body);
		if (why === null) return body;
		const sha256 = createHash("sha256").update(body, "utf8").digest("hex");
		this.#keep(source, row, body, sha256, why);
		return recordText(
			{
				event_id: this.#ids.make("evt"),
				time: new Date().toISOString(),
				kind: "admin",
				workspace: workspaceId,
				act_id: this.#ids.make("act"),
				action: "log.quarantine",
				state: "done",
				fields: { source: source.slice(0, 128), row, length: body.length, sha256, why },
			},
			textDigest,
		);
	}

	/** Hands rows that R2 does not have yet to `put`, one by one, and forgets their text. */
	async carry(put: (sha256: string, content: string) => Promise<void>): Promise<void> {
		for (;;) {
			const [row] = this.#sql
				.exec<{ n: number; source: string; row: number; length: number; sha256: string; why: string }>(
					"SELECT n, source, row, length, sha256, why FROM quarantine WHERE kept = 0 ORDER BY n LIMIT 1",
				)
				.toArray();
			if (!row) return;
			const { n, ...told } = row;
			const parts = this.#sql.exec<{ text: string }>("SELECT text FROM quarantine_texts WHERE n = ? ORDER BY part", n);
			const text = parts
				.toArray()
				.map((part) => JSON.parse(part.text) as string)
				.join("");
			await put(row.sha256, JSON.stringify({ ...told, text }));
			this.#sql.exec("DELETE FROM quarantine_texts WHERE n = ?", n);
			this.#sql.exec("UPDATE quarantine SET kept = 1 WHERE n = ?", n);
		}
	}

	/** Whether R2 has yet to get something. */
	get isWaiting(): boolean {
		return this.#sql.exec("SELECT 1 FROM quarantine WHERE kept = 0 LIMIT 1").toArray().length > 0;
	}

	/** Why D1 could never take this row, or a verifier never read it; null if both can. */
	#fault(workspaceId: string, body: string): string | null {
		if (!body.startsWith(BODY_START) || !body.endsWith("}")) return `it is no JSON object that begins with ${BODY_START}`;
		if (isTooLong(body)) return `it takes more than ${RECORD_MAX_BYTES} bytes`;
		if (body.includes("\0")) return "it has a NUL character";
		if (!body.isWellFormed()) return "it has half a character";
		const record = parseObject(body);
		if (!record) return "it is not JSON";
		if (record.workspace !== workspaceId) return "it is of another workspace";
		if ("v" in record || "seq" in record || "prev" in record) return "it claims a place on the log itself";
		for (const key of ["event_id", "act_id", "state", "time"] as const)
			if (typeof record[key] !== "string") return `it has no ${key}`;
		return this.#sqliteReadsTheSame(workspaceId, body) ? null : "SQLite reads it differently";
	}

	/** A key that stands twice, or too many levels: rare enough to be asked only when it could be. */
	#sqliteReadsTheSame(workspaceId: string, body: string): boolean {
		const twice = body.indexOf('"workspace":') !== body.lastIndexOf('"workspace":') || body.includes("\\u00");
		if (!twice && bracketsIn(body) < PLAIN_BRACKETS) return true;
		const [row] = this.#sql
			.exec<{ valid: number; workspace: string | null }>(
				"SELECT json_valid(?1) AS valid, CASE WHEN json_valid(?1) THEN ?1 ->> '$.workspace' END AS workspace",
				body,
			)
			.toArray();
		return row?.valid === 1 && row.workspace === workspaceId;
	}

	#keep(source: string, row: number, body: string, sha256: string, why: string): void {
		const { n } = this.#sql
			.exec<{ n: number }>(
				"INSERT INTO quarantine (source, row, length, sha256, why) VALUES (?, ?, ?, ?, ?) RETURNING n",
				source,
				row,
				body.length,
				sha256,
				why,
			)
			.one();
		const { waiting } = this.#sql
			.exec<{ waiting: number | null }>("SELECT sum(length) AS waiting FROM quarantine WHERE kept = 0 AND n <> ?", n)
			.one();
		const text = (waiting ?? 0) + body.length > WAITING_CHARACTERS ? body.slice(0, BEGINNING_CHARACTERS) : body;
		for (let at = 0, part = 0; at < text.length; at += PART_CHARACTERS, part++)
			// As JSON: a column of text takes neither NUL nor half a character.
			this.#sql.exec(
				"INSERT INTO quarantine_texts (n, part, text) VALUES (?, ?, ?)",
				n,
				part,
				JSON.stringify(text.slice(at, at + PART_CHARACTERS)),
			);
		this.#sql.exec("DELETE FROM quarantine WHERE kept = 1 AND n <= ?", n - LISTED_ROWS);
	}
}

function isTooLong(body: string): boolean {
	if (body.length * 3 + HEAD_BYTES <= RECORD_MAX_BYTES) return false;
	return body.length + HEAD_BYTES > RECORD_MAX_BYTES || new TextEncoder().encode(body).length + HEAD_BYTES > RECORD_MAX_BYTES;
}

function bracketsIn(body: string): number {
	let count = 0;
	for (let i = 0; i < body.length; i++) {
		const unit = body.charCodeAt(i);
		if (unit === 0x7b || unit === 0x5b) count++;
	}
	return count;
}

function parseObject(body: string): Record<string, unknown> | null {
	try {
		return JSON.parse(body) as Record<string, unknown>;
	} catch {
		return null;
	}
}
