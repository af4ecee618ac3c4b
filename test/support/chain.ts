/** Checks a log from its stored bytes alone, with nothing of the gateway's own code. */
import { createHash } from "node:crypto";

export interface StoredRow {
	seq: number;
	leaf_hash: string;
	record: string;
}

/** SHA-256(0x00 || record bytes), hex: RFC 6962's leaf hash. */
export function leafHashOf(record: string): string {
	return createHash("sha256")
		.update(Buffer.from([0]))
		.update(record, "utf8")
		.digest("hex");
}

/** Every way in which these rows, from the first on, are not one chain: none for a whole log. */
export function chainFaults(rows: StoredRow[]): string[] {
	const faults: string[] = [];
	const eventIds = new Set<string>();
	let previous = "0".repeat(64);
	for (const [index, row] of rows.entries()) {
		const record = JSON.parse(row.record) as { v: number; seq: number; prev: string; event_id: string };
		const head = Object.keys(record).slice(0, 4).join(" ");
		if (row.seq !== index + 1) faults.push(`row ${index + 1} has the number ${row.seq}`);
		if (record.seq !== row.seq) faults.push(`record ${row.seq} says that it is ${record.seq}`);
		if (record.v !== 1) faults.push(`record ${row.seq} has version ${record.v}`);
		if (head !== "v seq prev event_id") faults.push(`record ${row.seq} begins with ${head}`);
		if (record.prev !== previous) faults.push(`record ${row.seq} does not chain to the one before`);
		if (leafHashOf(row.record) !== row.leaf_hash) faults.push(`record ${row.seq} does not hash to its leaf`);
		if (eventIds.has(record.event_id)) faults.push(`record ${row.seq} repeats event ${record.event_id}`);
		eventIds.add(record.event_id);
		previous = row.leaf_hash;
	}
	return faults;
}
