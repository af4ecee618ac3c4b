/** An export on disk, as it is verified: a file of records, a folder, or a tree of tiles. No network. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readEntryBundle } from "../../../src/tlog/entry-bundle.ts";
import { recordLines } from "../../../src/tlog/record-lines.ts";
import { CliFailure, usageFailure } from "../failure.ts";
import { bundlesOf, isFolder, keysIn, readNote, textOf } from "./log-files.ts";

export interface ExportOnDisk {
	/** The records from the first one on; those of tiles up to the checkpoint's size. */
	records: (size: number) => AsyncIterable<Uint8Array>;
	/** What lies beside them. */
	checkpoint: string | null;
	vkeys: string[];
}

/**
 * @param shown - how messages call it
 * @throws CliFailure if nothing is there that could be an export
 */
export async function readExport(path: string, shown: string): Promise<ExportOnDisk> {
	if (!(await isFolder(path))) {
		if ((await textStart(path)) === null) throw usageFailure(`There is no ${shown}`, "Name what `hivekey audit export` wrote.");
		return { records: () => linesOf(path), checkpoint: null, vkeys: [] };
	}
	const checkpoint = await textOf(join(path, "checkpoint"));
	const vkeys = keysIn((await textOf(join(path, "key"))) ?? "");
	if ((await textStart(join(path, "records.ndjson"))) !== null)
		return { records: () => linesOf(join(path, "records.ndjson")), checkpoint, vkeys };
	if (await isFolder(join(path, "tile", "entries"))) return { records: (size) => bundledRecords(path, size), checkpoint, vkeys };
	throw new CliFailure(`${shown} holds no export: there is neither records.ndjson nor tile/entries in it`, {
		code: "not_an_export",
		next: "Name the folder or the file that `hivekey audit export` wrote.",
	});
}

/** Notes of checkpoints that the user kept. */
export async function readNotes(paths: { path: string; shown: string }[]): Promise<string[]> {
	const notes: string[] = [];
	for (const { path, shown } of paths) {
		const note = await textOf(path);
		if (note === null) throw usageFailure(`There is no ${shown}`, "--checkpoint names a file with a checkpoint that you kept.");
		if (readNote(note) === null)
			throw new CliFailure(`${shown} is not a checkpoint`, {
				code: "checkpoint_refused",
				next: "A checkpoint is a signed note, as `hivekey audit export` writes it.",
			});
		notes.push(note);
	}
	return notes;
}

async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
	yield* recordLines(createReadStream(path) as AsyncIterable<Uint8Array>);
}

async function* bundledRecords(folder: string, size: number): AsyncGenerator<Uint8Array> {
	for (const { path, width } of bundlesOf(size)) {
		const bytes = await readFile(join(folder, path)).catch(() => null);
		const entries = bytes && readEntryBundle(bytes, width);
		if (!entries)
			throw new CliFailure(`${path} is missing or cut short`, {
				code: "not_an_export",
				next: "Export again: what is there and whole is kept.",
			});
		yield* entries;
	}
}

/** Null if there is no such file. */
async function textStart(path: string): Promise<Uint8Array | null> {
	try {
		for await (const chunk of createReadStream(path, { end: 0 })) return chunk as Uint8Array;
		return new Uint8Array(0);
	} catch (error) {
		if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
		throw new CliFailure(`Cannot read ${path}: ${(error as Error).message}`, {
			code: "file_unreadable",
			next: "Check who owns it.",
		});
	}
}
