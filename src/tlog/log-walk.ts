/** One pass over a log's records, in order: each is read, chained, hashed into the tree, and then forgotten. */
import { toHex } from "./bytes.ts";
import type { Anchors } from "./log-anchors.ts";
import type { LogFault, LogFaultCode } from "./log-verdict.ts";
import { leafHash, sameHash } from "./merkle-tree.ts";
import { OpenActs } from "./open-acts.ts";
import { type RecordHead, readHead } from "./record-head.ts";
import type { TreeEdge } from "./tree-edge.ts";

export class LogWalk {
	readonly acts = new OpenActs();
	/** Sizes of kept checkpoints whose roots were met. */
	readonly matched: number[] = [];
	workspace: string | null;
	readonly #anchors: Anchors;
	readonly #edge: TreeEdge;
	/** How many of the kept checkpoints have been met. */
	#met = 0;
	/** Hex of the newest record's leaf hash, or null if it cannot be told. */
	#prev: string | null;
	/** Up to here a signed root vouches for the records. */
	#proven: number;
	/** A record whose `prev` is not the hash of the one before: the next record tells which of the two was changed. */
	#suspect: number | null = null;

	/** @param workspace - the id that the records should have; null for whichever the first one has */
	constructor(anchors: Anchors, workspace: string | null) {
		this.#anchors = anchors;
		this.#edge = anchors.edge.clone();
		this.#prev = anchors.prev;
		this.#proven = anchors.edge.size;
		this.workspace = workspace;
	}

	/** Takes the next record; answers the first fault, after which the walk is over. */
	take(text: string): LogFault | null {
		const seq = this.#edge.size + 1;
		const read = readHead(text);
		if (!read.ok) return this.#chainFault(null) ?? fault(read.code, seq, `record ${seq}: ${read.message}: export it again`);
		const { head } = read;
		if (head.seq !== seq) {
			const message = `record ${seq} should be here, but this one says ${head.seq}: records are missing, repeated or out of order`;
			return this.#chainFault(null) ?? fault("wrong_seq", seq, message);
		}
		if (this.#suspect !== null) return this.#chainFault(head.prev);
		const { last } = this.#anchors;
		if (seq > last.size) {
			if (!sameHash(this.#edge.root(), last.root)) return this.#rootFault(last.size, "the checkpoint");
			const message = `the checkpoint ends at record ${last.size}, but there is a record ${seq}: fetch a newer checkpoint`;
			return fault("beyond_checkpoint", seq, message);
		}
		return this.#add(text, head);
	}

	/** After the last record. */
	end(): LogFault | null {
		const { last, later } = this.#anchors;
		const { size } = this.#edge;
		const broken = this.#chainFault(null) ?? this.#meetKept();
		if (broken) return broken;
		if (size < last.size) return this.#cutShort();
		if (!sameHash(this.#edge.root(), last.root)) return this.#rootFault(last.size, "the checkpoint");
		const newest = later[later.length - 1];
		if (!newest) return null;
		const message = `a kept checkpoint says that the log has ${newest.size} records, these end at ${size}: the tail was cut, or this is an older export: fetch a newer one`;
		return fault("cut_below_kept", size + 1, message, newest.size);
	}

	#add(text: string, head: RecordHead): LogFault | null {
		const early = this.#meetKept();
		if (early) return early;
		if (this.#prev !== null && head.prev !== this.#prev) this.#suspect = head.seq;
		const leaf = leafHash(text);
		this.#edge.append(leaf);
		this.#prev = toHex(leaf);
		// The next record tells which of the two was changed, and that comes before what either of them says.
		if (this.#suspect !== null) return null;
		this.workspace ??= head.workspace;
		if (head.workspace !== this.workspace)
			return fault("other_workspace", head.seq, `record ${head.seq} is of workspace ${head.workspace}, not of ${this.workspace}`);
		this.acts.note(head);
		return this.#meetKept();
	}

	/** Compares roots with the kept checkpoints of the size that is reached. */
	#meetKept(): LogFault | null {
		const kept = this.#anchors.kept[this.#met];
		if (!kept || kept.size !== this.#edge.size) return null;
		this.#met++;
		if (!sameHash(this.#edge.root(), kept.root)) return this.#rootFault(kept.size, `the kept checkpoint of size ${kept.size}`);
		this.#proven = kept.size;
		this.matched.push(kept.size);
		return null;
	}

	#cutShort(): LogFault {
		const { size } = this.#edge;
		const unproven = this.#proven < size ? `; without the rest nothing vouches for those after ${this.#proven}` : "";
		const message = `the records end at ${size}, but the checkpoint says that there are ${this.#anchors.last.size}${unproven}: export them again`;
		return fault("cut_short", size + 1, message, this.#anchors.last.size);
	}

	#rootFault(size: number, what: string): LogFault {
		const from = Math.min(this.#proven + 1, size);
		const message = `the records up to ${size} do not have the root that ${what} was signed over: something from record ${from} to ${size} was changed, and the chain made anew`;
		return fault("root_mismatch", size === 0 ? null : from, message, size);
	}

	/**
	 * Places a break of the chain. If the record after the break was itself chained to, as it stands, then the one before it was
	 * changed.
	 * @param nextPrev - what the record after the suspect one names as the hash before it; null if there is none to ask
	 */
	#chainFault(nextPrev: string | null): LogFault | null {
		const at = this.#suspect;
		if (at === null) return null;
		const first = at === 1 || this.#proven >= at - 1 || (nextPrev !== null && nextPrev !== this.#prev) ? at : at - 1;
		const message =
			first === at
				? `record ${at} is not chained to the record before it: it was changed, or put in`
				: `record ${first} is not the one that record ${at} was chained to: it was changed, or put in`;
		return fault("broken_chain", first, message, nextPrev === null ? at : undefined);
	}
}

function fault(code: LogFaultCode, seq: number | null, message: string, upTo?: number): LogFault {
	return upTo === undefined || upTo === seq ? { code, seq, message } : { code, seq, upTo, message };
}
