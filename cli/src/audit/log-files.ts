/** What an export's folder holds besides the records: the checkpoint, the key, the tiles. */
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type HiveKeyAdmin, NotFoundError } from "../../../sdk/typescript/src/index.ts";
import { parseCheckpoint } from "../../../src/tlog/checkpoint.ts";
import { entriesPath, tilePath } from "../../../src/tlog/tile-paths.ts";
import { grownTiles, TILE_WIDTH, type Tile } from "../../../src/tlog/tiles.ts";
import { CliFailure } from "../failure.ts";
import type { Terminal } from "../output/terminal.ts";

export interface SignedLog {
	/** The signed note. */
	checkpoint: string;
	/** As the note says it; nothing is verified yet. */
	origin: string;
	size: number;
	/** Verifier keys, as the gateway gives them. */
	vkeys: string[];
	keyText: string;
}

/** The newest checkpoint and the keys; null if the gateway signs no checkpoints. */
export async function fetchSignedLog(admin: HiveKeyAdmin, signal?: AbortSignal): Promise<SignedLog | null> {
	try {
		const keyText = await admin.audit.key({ signal });
		const checkpoint = await admin.audit.checkpoint({ signal, minSize: 1 });
		const read = readNote(checkpoint);
		if (read === null) throw noCheckpoint();
		return { checkpoint, ...read, vkeys: keysIn(keyText), keyText };
	} catch (error) {
		if (error instanceof NotFoundError) return null;
		throw error;
	}
}

/** Origin and size of a checkpoint, unverified; null if it is none. */
export function readNote(note: string): { origin: string; size: number } | null {
	const end = note.indexOf("\n\n");
	const read = end < 0 ? null : parseCheckpoint(note.slice(0, end + 1));
	return read && { origin: read.origin, size: read.size };
}

/** One verifier key a line. */
export function keysIn(text: string): string[] {
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "");
}

/** Writes a file beside its place, then moves it there. */
export async function putFile(path: string, content: string | Uint8Array): Promise<void> {
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(`${path}.tmp`, content, { mode: 0o600 });
		await rename(`${path}.tmp`, path);
	} catch (error) {
		throw new CliFailure(`Cannot write ${path}: ${(error as Error).message}`, {
			code: "file_unwritable",
			next: "Name another file or folder with -f.",
		});
	}
}

/** A file's text, null if it is not there. */
export async function textOf(path: string): Promise<string | null> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
		throw new CliFailure(`Cannot read ${path}: ${(error as Error).message}`, {
			code: "file_unreadable",
			next: "Check its name and who owns it.",
		});
	}
}

export async function isFolder(path: string): Promise<boolean> {
	return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/**
 * Fetches every file of the tree that is not there in full.
 * @returns how many were fetched
 */
export async function fetchTiles(
	admin: HiveKeyAdmin,
	folder: string,
	size: number,
	terminal: Terminal,
	signal: AbortSignal,
): Promise<number> {
	let fetched = 0;
	for (const tile of grownTiles(0, size)) {
		for (const path of pathsOf(tile)) {
			// A full one never changes; a partial one has its width in its name.
			const file = join(folder, path);
			if ((await stat(file).catch(() => null)) !== null) continue;
			await putFile(file, await admin.audit.tile(path, { signal }));
			fetched++;
			if (fetched % 20 === 0) terminal.progress(`${fetched} files of the tree`);
		}
	}
	terminal.endProgress();
	return fetched;
}

function pathsOf(tile: Tile): string[] {
	return tile.level === 0 ? [tilePath(tile), entriesPath(tile.index, tile.width)] : [tilePath(tile)];
}

/** The entry bundles of a tree of this size, in order. */
export function* bundlesOf(size: number): Generator<{ path: string; width: number }> {
	for (let index = 0; index * TILE_WIDTH < size; index++) {
		const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
		yield { path: entriesPath(index, width), width };
	}
}

function noCheckpoint(): CliFailure {
	return new CliFailure("The gateway's checkpoint is none", {
		code: "checkpoint_refused",
		next: "Is something between you and the gateway? Check the address.",
	});
}
