/** Records in their order -> rows of the tail: one per act at its verdict, a further one where something came of it later. */
import type { AuditRecord } from "../../../sdk/typescript/src/index.ts";
import { fieldsText, stateDetail, verdictDetail } from "./detail.ts";
import { clockTime } from "./moment.ts";

export interface TailRow {
	record: AuditRecord;
	/** Whether the row is a decision, rather than what became of one. */
	isVerdict: boolean;
	time: string;
	agent: string;
	action: string;
	verdict: string;
	detail: string;
}

/** How many held acts are remembered; older ones are told by their verdict alone. */
const HELD_REMEMBERED = 10_000;

export class TailRows {
	readonly #held = new Set<string>();

	/** The row of the next record, or null if it has none. Records must come oldest first. */
	next(record: AuditRecord): TailRow | null {
		if (record.kind === "admin") return row(record, true, record.verdict ?? "-", adminDetail(record));
		const wasHeld = this.#held.has(record.act_id);
		switch (record.state) {
			case "intent":
				return wasHeld ? null : row(record, true, record.verdict ?? "allow", verdictDetail(record));
			case "held":
				this.#remember(record.act_id);
				return row(record, true, record.verdict ?? "review", verdictDetail(record));
			case "denied":
				if (wasHeld || record.verdict === "review") return row(record, false, record.verdict ?? "review", stateDetail(record));
				return row(record, true, record.verdict ?? "deny", verdictDetail(record));
			case "released":
			case "expired":
				return row(record, false, record.verdict ?? "review", stateDetail(record));
			case "aborted":
			case "failed":
			case "unknown":
				return row(record, false, record.verdict ?? "allow", stateDetail(record));
			default:
				return null;
		}
	}

	#remember(actId: string): void {
		this.#held.add(actId);
		if (this.#held.size <= HELD_REMEMBERED) return;
		for (const oldest of this.#held) {
			this.#held.delete(oldest);
			return;
		}
	}
}

function adminDetail(record: AuditRecord): string {
	const fields = fieldsText(record.fields);
	return record.state === "done" ? fields || (record.reason ?? "") : stateDetail(record);
}

function row(record: AuditRecord, isVerdict: boolean, verdict: string, detail: string): TailRow {
	const { agent = "-", action } = record;
	return { record, isVerdict, time: clockTime(record.time), agent, action, verdict, detail };
}
