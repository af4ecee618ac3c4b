/**
 * A log as it should be, in a hundred lines without a store: each source's rows once and in order, acts once, a record for each row
 * that cannot be committed, and only ever more. It is asked what the real one may look like, not told what it looks like.
 */

/** A generator of chance that a seed repeats: mulberry32. */
export function chance(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** What the stores say of one log. */
export interface SeenLog {
	/** `action` of each record, in order; of a quarantined row, `log.quarantine`. */
	actions: string[];
	/** The records' bytes. */
	records: string[];
	checkpoints: { size: number; note: string }[];
}

export class LogModel {
	/** Rows given to the log, by source; those that a delivery was confirmed up to. */
	readonly #given = new Map<string, string[]>();
	readonly #confirmed = new Map<string, number>();
	#last: string[] = [];
	/** Every checkpoint that was ever seen, also those that a restored D1 lacks: somebody may have kept them. */
	readonly signed = new Map<number, string>();

	/** The next rows of a source: those that it has not been confirmed, then new ones. */
	delivery(source: string, fresh: number, name: (n: number) => string): [n: number, name: string][] {
		const rows = this.#given.get(source) ?? [];
		this.#given.set(source, rows);
		for (let i = 0; i < fresh; i++) rows.push(name(rows.length + 1));
		const from = this.#confirmed.get(source) ?? 0;
		return rows.slice(from).map((row, i) => [from + i + 1, row]);
	}

	/** The log has told the source that it has everything up to here. */
	confirm(source: string, n: number): void {
		this.#confirmed.set(source, Math.max(n, this.#confirmed.get(source) ?? 0));
	}

	/** Everything about the log, as it is seen now, that may not be so. It remembers what it saw. */
	faultsOf(seen: SeenLog): string[] {
		const faults = [...this.#orderFaults(seen), ...this.#confirmedFaults(seen), ...this.#shrunk(seen)];
		this.#last = seen.records;
		return faults;
	}

	/** What is missing once every source has been confirmed everything. */
	missing(seen: SeenLog): string[] {
		const on = new Set(seen.actions);
		return [...this.#given.values()].flat().filter((row) => !row.startsWith("broken") && !on.has(row));
	}

	/** Each source's rows stand in the order in which they were given, without a hole and once; a broken one as its quarantine. */
	#orderFaults({ actions, records }: SeenLog): string[] {
		const faults: string[] = [];
		for (const [source, rows] of this.#given) {
			const own = actions.flatMap((action, i): string[] => {
				if (action.startsWith(`${source}.`)) return [action];
				const fields = action === "log.quarantine" ? JSON.parse(records[i] ?? "").fields : null;
				return fields?.source === source ? [rows[fields.row - 1] ?? "?"] : [];
			});
			if (own.join() !== rows.slice(0, own.length).join()) faults.push(`the rows of ${source} are ${own.join()}`);
		}
		return faults;
	}

	#confirmedFaults({ actions, records }: SeenLog): string[] {
		const faults: string[] = [];
		const quarantined = new Set(
			records
				.filter((_, i) => actions[i] === "log.quarantine")
				.map((text) => {
					const { fields } = JSON.parse(text);
					return `${fields.source}/${fields.row}`;
				}),
		);
		const on = new Set(actions);
		for (const [source, confirmed] of this.#confirmed)
			for (const [i, row] of (this.#given.get(source) ?? []).slice(0, confirmed).entries())
				if (!on.has(row) && !quarantined.has(`${source}/${i + 1}`)) faults.push(`${row} was confirmed and is not there`);
		return faults;
	}

	/** What was seen before is still there, byte for byte; a root that was signed is the only one that is ever signed for its size. */
	#shrunk(seen: SeenLog): string[] {
		const faults: string[] = [];
		if (this.#last.some((record, i) => seen.records[i] !== record)) faults.push("a record changed, or went");
		for (const { size, note } of seen.checkpoints) {
			if ((this.signed.get(size) ?? note) !== note) faults.push(`checkpoint ${size} changed`);
			this.signed.set(size, note);
		}
		return faults;
	}
}
