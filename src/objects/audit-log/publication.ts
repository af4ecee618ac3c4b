/** What is published of a log, and what should be next. */
import { recordText } from "../../contract/record-text.ts";
import { textDigest } from "../../tlog/text-digest.ts";
import type { AuditLogPorts } from "./log-ports.ts";
import type { Place } from "./places.ts";
import { lastTileEnd, placesBetween, publishStep, STEP_RECORDS } from "./publisher.ts";
import type { Sequencer } from "./sequencer.ts";

const OWN_SOURCE = "log";
/** The verifier keys of the newest record that tells of them, a line each. */
const KEYS_FACT = "vkeys";

export class Publication {
	readonly #ports: AuditLogPorts;
	readonly #sequencer: Sequencer;

	constructor(ports: AuditLogPorts, sequencer: Sequencer) {
		this.#ports = ports;
		this.#sequencer = sequencer;
	}

	/** Whether D1 has records that no checkpoint covers. */
	get isDue(): boolean {
		return this.#sequencer.started && this.#sequencer.published.seq < this.#sequencer.confirmed.seq;
	}

	/** Whether there are so many that the next checkpoint cannot wait. */
	get isFull(): boolean {
		return this.#sequencer.confirmed.seq - this.#sequencer.published.seq >= STEP_RECORDS;
	}

	/** Whether the log has records, and none that tells of the keys that sign it now. */
	get hasNewKeys(): boolean {
		const { started, workspaceId } = this.#sequencer;
		if (!started || workspaceId === null || this.#sequencer.head.seq === 0) return false;
		return this.#sequencer.fact(KEYS_FACT) !== this.#vkeys(workspaceId).join("\n");
	}

	/** Puts the record on the log that tells of the keys. */
	announceKeys(): void {
		const workspaceId = this.#sequencer.workspaceId;
		if (workspaceId === null || !this.hasNewKeys) return;
		const vkeys = this.#vkeys(workspaceId);
		const record = recordText(
			{
				event_id: this.#ports.ids.make("evt"),
				time: new Date().toISOString(),
				kind: "admin",
				workspace: workspaceId,
				act_id: this.#ports.ids.make("act"),
				action: "log.key",
				state: "done",
				fields: { vkeys },
			},
			textDigest,
		);
		// Both or neither: there is no await in between.
		const n = this.#sequencer.lastTaken(OWN_SOURCE) + 1;
		this.#sequencer.take([{ source: OWN_SOURCE, rows: [[n, record]] }], (_source, _n, body) => body);
		this.#sequencer.noteFact(KEYS_FACT, vkeys.join("\n"));
	}

	/**
	 * Publishes what D1 has confirmed by now, a step at a time.
	 * @param toTheEnd - also what is less than a full step
	 * @returns false if D1 has fewer records than it confirmed
	 */
	async publish(toTheEnd: boolean): Promise<boolean> {
		const workspaceId = this.#sequencer.workspaceId;
		if (workspaceId === null) return true;
		const target = this.#sequencer.confirmed;
		let between: Place[] = [];
		for (;;) {
			const from = this.#sequencer.published;
			const left = target.seq - from.seq;
			if (left <= 0 || (!toTheEnd && left < STEP_RECORDS)) return true;
			const tileEnd = lastTileEnd(from.seq + STEP_RECORDS);
			let to = left <= STEP_RECORDS && toTheEnd ? target : this.#sequencer.knownPlace(tileEnd - 1, tileEnd);
			if (!to) {
				if (between.length === 0) between = (await placesBetween(this.#ports, workspaceId, from, target)) ?? [];
				to = between.find((place) => place.seq > from.seq) ?? null;
				if (!to) return false;
			}
			const nodes = await publishStep(this.#ports, workspaceId, from, to, this.#sequencer.nodes());
			if (!nodes) return false;
			this.#sequencer.publish(to, nodes);
		}
	}

	#vkeys(workspaceId: string): string[] {
		return this.#ports.signers(workspaceId).map((signer) => signer.vkey);
	}
}
