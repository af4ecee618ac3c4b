/** The records of an export: to a file that earlier runs may have begun, or to standard output. */
import { type HiveKeyAdmin, InvalidRequestError } from "../../../sdk/typescript/src/index.ts";
import { CliFailure } from "../failure.ts";
import { escapeUnsafe } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import type { World } from "../world.ts";
import { headLine, type LineFormat, lineOf, type Place, placeAfter, prevOf } from "./export-lines.ts";
import { LineFile, notOurs } from "./whole-lines.ts";

export interface Export {
	admin: HiveKeyAdmin;
	terminal: Terminal;
	format: LineFormat;
	/** Begins after this number, where nothing is there yet. */
	sinceSeq: number | undefined;
	/** At least so many records must come. */
	atLeast: number;
	signal: AbortSignal;
}

export interface Exported {
	records: number;
	/** The last number; that of an earlier run if nothing new came. */
	lastSeq: number;
}

const PROGRESS_EVERY = 1_000;

/**
 * Adds what the file does not have yet.
 * @throws CliFailure if the file is none of ours, of another log, or the log has fewer records than it should
 */
export async function exportToFile(path: string, shown: string, what: Export): Promise<Exported> {
	const file = await LineFile.open(path, shown);
	try {
		const begun = file.lastLine === null ? null : placeAfter(what.format, file.lastLine);
		if (file.lastLine !== null && begun === null) throw notOurs(shown);
		const head = headLine(what.format);
		if (file.lastLine === null && head !== null) await file.add(new TextEncoder().encode(head));
		const start = begun ?? { seq: what.sinceSeq ?? 0, hash: null };
		return await copy(what, start, shown, (line) => file.add(line));
	} finally {
		await file.close();
	}
}

/** Writes everything to standard output: the exact bytes into a pipe, nothing that a terminal obeys onto a terminal. */
export async function exportToStdout(world: World, what: Export): Promise<Exported> {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	const write = async (line: Uint8Array | string) => {
		const text = typeof line === "string" ? line : decoder.decode(line);
		const { stdout } = world;
		const hasRoom = stdout.write(`${stdout.isTTY === true ? escapeUnsafe(text) : text}\n`);
		if (hasRoom === false && "once" in stdout)
			await new Promise<void>((resolve) => (stdout as NodeJS.WriteStream).once("drain", resolve));
	};
	const head = headLine(what.format);
	if (head !== null) await write(head);
	return copy(what, { seq: what.sinceSeq ?? 0, hash: null }, "", write);
}

async function copy(what: Export, start: Place, shown: string, add: (line: Uint8Array) => Promise<void>): Promise<Exported> {
	const { admin, terminal, format, signal, atLeast } = what;
	const exported = { records: 0, lastSeq: start.seq };
	try {
		for await (const record of admin.audit.export({ after: start.seq, signal })) {
			if (exported.records === 0 && start.hash !== null && prevOf(record) !== start.hash) throw otherLog(shown, start.seq);
			await add(lineOf(format, record));
			exported.records++;
			exported.lastSeq = record.seq;
			if (exported.records % PROGRESS_EVERY === 0) terminal.progress(`${record.seq} of ${record.logSize} records`);
		}
	} catch (error) {
		throw error instanceof InvalidRequestError && shown !== "" && what.sinceSeq === undefined
			? otherLog(shown, start.seq)
			: error;
	} finally {
		terminal.endProgress();
	}
	if (exported.lastSeq >= atLeast) return exported;
	throw new CliFailure(`The gateway gave ${exported.lastSeq} records, and its checkpoint says that there are ${atLeast}`, {
		code: "cut_short",
		next: "Try again; if it stays, keep what you have: records are missing from the log.",
	});
}

function otherLog(shown: string, seq: number): CliFailure {
	return new CliFailure(`${shown} does not go on with this log: what stands at ${seq} is another record, or there is none`, {
		code: "other_log",
		next: "Is it an export of another workspace or gateway? Name another file, and run `hivekey audit verify` on this one.",
	});
}
