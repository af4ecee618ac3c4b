/** Records with their places, in order, as the JSON list of [seq, leaf hash, record] that D1 takes as one parameter. */

/** A batch's text stays under this: a row and a parameter may have 2,000,000 bytes, and a character takes three at most. */
export const BATCH_CHARACTERS = 600_000;
/** What a place takes at most beside its record: number, hash, brackets, and what the log puts in front of the record. */
const PLACE_CHARACTERS = 512;

export class BatchText {
	#entries: string[] = [];
	#characters = 0;

	/** How many records it has. */
	get records(): number {
		return this.#entries.length;
	}

	/** Whether one more record with this body fits. As text in text, a body of JSON takes twice its characters at most. */
	hasRoomFor(body: string): boolean {
		return this.#characters + 2 * body.length + PLACE_CHARACTERS <= BATCH_CHARACTERS;
	}

	add(seq: number, hash: string, record: string): void {
		const entry = JSON.stringify([seq, hash, record]);
		this.#entries.push(entry);
		this.#characters += entry.length + 1;
	}

	/** The text of all that it has; it is empty then. */
	take(): string {
		const text = `[${this.#entries.join(",")}]`;
		this.#entries = [];
		this.#characters = 0;
		return text;
	}
}
