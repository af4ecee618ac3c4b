/** One verification: records against checkpoints and keys, and what stands behind the newest checkpoint. */
import { toHex } from "../../../src/tlog/bytes.ts";
import type { LogFault, LogVerdict } from "../../../src/tlog/log-verdict.ts";
import { leafHash } from "../../../src/tlog/merkle-tree.ts";
import { readHead } from "../../../src/tlog/record-head.ts";
import { verifyLog } from "../../../src/tlog/verify-log.ts";
import { readNote } from "./log-files.ts";

export interface LogToCheck {
	records: (size: number) => AsyncIterable<Uint8Array>;
	vkeys: readonly string[];
	/** The signed note that the records are checked against; left out: the newest of those that were kept. */
	checkpoint?: string;
	/** Signed notes that were kept; at least one if there is no other. */
	kept: readonly string[];
	workspace?: string;
	asOf?: string;
	onProgress: (seq: number, size: number) => void;
}

export interface CheckedLog {
	verdict: LogVerdict;
	/** The note that it was checked against. */
	checkpoint: string;
	/** How many records stand behind the checkpoint: chained, and signed by nobody yet. */
	beyond: number;
}

const PROGRESS_EVERY = 2_000;

/** Stops at the first fault. Throws only if reading the records does. */
export async function checkLog(log: LogToCheck): Promise<CheckedLog> {
	const bySize = [...log.kept].sort((a, b) => (readNote(b)?.size ?? 0) - (readNote(a)?.size ?? 0));
	const [checkpoint = "", ...kept] = log.checkpoint === undefined ? bySize : [log.checkpoint, ...bySize];
	const size = readNote(checkpoint)?.size ?? 0;
	const all = log.records(size)[Symbol.asyncIterator]();
	const { vkeys, workspace, asOf } = log;
	let last: string | null = null;
	let count = 0;
	async function* covered() {
		while (count < size) {
			const next = await all.next();
			if (next.done) return;
			count++;
			if (count % PROGRESS_EVERY === 0) log.onProgress(count, size);
			if (count === size) last = toHex(leafHash(next.value));
			yield next.value;
		}
	}
	const verdict = await verifyLog({ records: covered(), vkeys, checkpoint, kept, workspace, asOf });
	if (verdict.kind === "broken") {
		await all.return?.();
		return { verdict, checkpoint, beyond: 0 };
	}
	const { fault, beyond } = await chained(all, size, last ?? "0".repeat(64), verdict.workspace);
	return { verdict: fault === null ? verdict : { kind: "broken", fault }, checkpoint, beyond };
}

/** Records behind the checkpoint: each in its place, and chained to the one before. */
async function chained(
	records: AsyncIterator<Uint8Array>,
	size: number,
	lastHash: string,
	workspace: string | null,
): Promise<{ fault: LogFault | null; beyond: number }> {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	let prev = lastHash;
	let seq = size;
	for (let next = await records.next(); !next.done; next = await records.next()) {
		seq++;
		const read = readHead(decoder.decode(next.value));
		const say = (code: LogFault["code"], message: string) => ({
			fault: { code, seq, message: `record ${seq} ${message}` },
			beyond: seq - size - 1,
		});
		if (!read.ok) return say(read.code, `(behind the checkpoint): ${read.message}: export it again`);
		if (read.head.seq !== seq) return say("wrong_seq", `should be here, but this one says ${read.head.seq}`);
		if (read.head.prev !== prev) return say("broken_chain", "is not chained to the record before it: it was changed, or put in");
		if (workspace !== null && read.head.workspace !== workspace)
			return say("other_workspace", `is of workspace ${read.head.workspace}, not of ${workspace}`);
		prev = toHex(leafHash(next.value));
	}
	return { fault: null, beyond: seq - size };
}
