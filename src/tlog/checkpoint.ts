/**
 * Checkpoints: the size and the root of a log's tree, under the name of the log, as the text of a signed note.
 * @see https://c2sp.org/tlog-checkpoint
 */
import { fromBase64, toBase64 } from "./bytes.ts";
import { HASH_BYTES, type Hash, isTreeSize } from "./merkle-tree.ts";
import type { NoteSigner } from "./note-keys.ts";
import { isNoteText, type NoteFault, signNote, verifyNote } from "./signed-note.ts";

export interface Checkpoint {
	/** Which log it is. */
	origin: string;
	/** How many records the tree has. */
	size: number;
	root: Hash;
	/** Lines that the format leaves open. We write none, and keep those that we read. */
	extensions: readonly string[];
}

/** The text to sign. It is null if a line is empty or has a line break inside, or the size or the root cannot be one. */
export function checkpointText(checkpoint: Checkpoint): string | null {
	const { origin, size, root, extensions } = checkpoint;
	if (!isTreeSize(size) || root.length !== HASH_BYTES) return null;
	const lines = [origin, String(size), toBase64(root), ...extensions];
	const text = `${lines.join("\n")}\n`;
	return isNoteText(text) && lines.every((line) => line !== "" && !line.includes("\n")) ? text : null;
}

/** The checkpoint that a verified note's text tells of, or null. */
export function parseCheckpoint(text: string): Checkpoint | null {
	if (!isNoteText(text)) return null;
	const [origin = "", sizeText = "", rootText = "", ...extensions] = text.slice(0, -1).split("\n");
	const size = Number(sizeText);
	const root = fromBase64(rootText);
	if (origin === "" || !/^(?:0|[1-9][0-9]{0,15})$/.test(sizeText) || !isTreeSize(size)) return null;
	if (root?.length !== HASH_BYTES || extensions.includes("")) return null;
	return { origin, size, root, extensions };
}

/** The signed note of a checkpoint; null as in {@link checkpointText}. The signer's name should be the origin. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string | null {
	const text = checkpointText(checkpoint);
	return text === null ? null : signNote(text, signers);
}

export type CheckpointFault = NoteFault | "malformed_checkpoint" | "foreign_origin";
export type OpenedCheckpoint =
	| { ok: true; checkpoint: Checkpoint; vkey: string }
	| { ok: false; code: CheckpointFault; message: string };

/**
 * The checkpoint in a signed note, once a pinned key has verified it whose name is the origin. The format only recommends that
 * they be the same; we demand it, since otherwise one log's key would vouch for another log.
 */
export function openCheckpoint(note: string, vkeys: readonly string[]): OpenedCheckpoint {
	const opened = verifyNote(note, vkeys);
	if (!opened.ok) return opened;
	const checkpoint = parseCheckpoint(opened.text);
	if (!checkpoint)
		return {
			ok: false,
			code: "malformed_checkpoint",
			message: "the signed note is not a checkpoint: fetch the log's checkpoint",
		};
	const signer = opened.verified.find((verifier) => verifier.name === checkpoint.origin);
	if (signer) return { ok: true, checkpoint, vkey: signer.vkey };
	const names = opened.verified.map((verifier) => verifier.name).join(", ");
	const message = `the checkpoint is of the log "${checkpoint.origin}", but the pinned key that signed it is of "${names}": fetch this log's checkpoint`;
	return { ok: false, code: "foreign_origin", message };
}
