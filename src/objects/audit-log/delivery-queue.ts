/**
 * Deliveries that wait for their turn on the log. Each source has one on its way at a time; a round takes the small ones first, so
 * that a source with a few records does not wait behind those with thousands, and none for more than a few rounds.
 */

export interface Delivery {
	source: string;
	rows: [n: number, record: string][];
	done: (result: { n: number } | { error: unknown }) => void;
}

/** More than this waiting, and a source is asked to come again later; small deliveries still find room. */
const MOST_CHARACTERS = 16_000_000;
const SMALL_CHARACTERS = 32_768;
/** What one round carries to D1: a few statements. */
const ROUND_CHARACTERS = 1_000_000;
/** Who was passed over this often goes first. */
const PATIENCE_ROUNDS = 3;

interface Waiting {
	delivery: Delivery;
	characters: number;
	passedOver: number;
}

export class DeliveryQueue {
	#waiting: Waiting[] = [];
	#characters = 0;

	get isEmpty(): boolean {
		return this.#waiting.length === 0;
	}

	/** False if there is no room for it now. */
	add(delivery: Delivery): boolean {
		const characters = delivery.rows.reduce((sum, [, record]) => sum + record.length, 0);
		const most = characters <= SMALL_CHARACTERS ? 2 * MOST_CHARACTERS : MOST_CHARACTERS;
		if (this.#characters > 0 && this.#characters + characters > most) return false;
		this.#characters += characters;
		this.#waiting.push({ delivery, characters, passedOver: 0 });
		return true;
	}

	/** The deliveries of the next round: at least one, if any waits. */
	nextRound(): Delivery[] {
		const inOrder = [...this.#waiting].sort(
			(one, other) =>
				Number(other.passedOver >= PATIENCE_ROUNDS) - Number(one.passedOver >= PATIENCE_ROUNDS) ||
				one.characters - other.characters,
		);
		const round = new Set<Waiting>();
		let characters = 0;
		for (const one of inOrder) {
			if (round.size > 0 && characters + one.characters > ROUND_CHARACTERS) break;
			round.add(one);
			characters += one.characters;
		}
		const taken = this.#waiting.filter((one) => round.has(one));
		this.#waiting = this.#waiting.filter((one) => !round.has(one));
		for (const one of this.#waiting) one.passedOver++;
		this.#characters -= characters;
		return taken.map((one) => one.delivery);
	}
}
