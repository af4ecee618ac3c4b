/**
 * Signed notes: a text, an empty line, and a line for each signature. A text counts for nothing until a pinned key verified it.
 * @see https://c2sp.org/signed-note
 */
import { fromBase64, toBase64, toHex } from "./bytes.ts";
import { isKeyName, type NoteSigner, type NoteVerifier, verifierOf } from "./note-keys.ts";

/** As Go's package: enough for every witness, and no work without end. */
const MOST_SIGNATURES = 100;
const MOST_CHARACTERS = 1_000_000;
const LINE_START = "— ";
const KEY_ID_BYTES = 4;

export type NoteFault = "malformed_note" | "malformed_key" | "ambiguous_key" | "bad_signature" | "no_known_signature";

export type VerifiedNote =
	/** The text, with its last newline, and the pinned keys that signed it, in the order of their signatures. */
	{ ok: true; text: string; verified: NoteVerifier[] } | { ok: false; code: NoteFault; message: string };

/** The note of a text with one signature of each signer; null if the text or a signer's name breaks the format's rules. */
export function signNote(text: string, signers: readonly NoteSigner[]): string | null {
	if (!isNoteText(text) || signers.length === 0 || signers.length > MOST_SIGNATURES) return null;
	const bytes = new TextEncoder().encode(text);
	let note = `${text}\n`;
	for (const signer of signers) {
		const signature = signer.sign(bytes);
		const whole = new Uint8Array(KEY_ID_BYTES + signature.length);
		whole.set(signer.id);
		whole.set(signature, KEY_ID_BYTES);
		note += `${LINE_START}${signer.name} ${toBase64(whole)}\n`;
	}
	return note;
}

/**
 * Verifies a note against the pinned verifier keys. Signatures of other keys are passed over, even under a pinned name or a
 * pinned key id; one of a pinned key that does not verify refuses the whole note.
 */
export function verifyNote(note: string, vkeys: readonly string[]): VerifiedNote {
	const known = new Map<string, NoteVerifier>();
	for (const vkey of new Set(vkeys)) {
		const verifier = verifierOf(vkey);
		if (!verifier) return refused("malformed_key", `the pinned key "${vkey}" is not an Ed25519 verifier key: copy it again`);
		const handle = `${verifier.name} ${toHex(verifier.id)}`;
		if (known.has(handle)) return refused("ambiguous_key", `two pinned keys are called ${handle}: pin one of them`);
		known.set(handle, verifier);
	}
	return verifyWith(note, known);
}

function verifyWith(note: string, known: ReadonlyMap<string, NoteVerifier>): VerifiedNote {
	const parts = splitNote(note);
	if (!parts) return refused("malformed_note", "this is not a signed note: fetch it again, byte for byte");
	const bytes = new TextEncoder().encode(parts.text);
	const verified = new Map<string, NoteVerifier>();
	for (const line of parts.lines) {
		const signature = readSignature(line);
		if (!signature) return refused("malformed_note", "a signature line of the note is malformed: fetch it again, byte for byte");
		const handle = `${signature.name} ${toHex(signature.id)}`;
		const verifier = known.get(handle);
		if (!verifier || verified.has(handle)) continue;
		if (!verifier.verify(bytes, signature.bytes))
			return refused("bad_signature", `the signature of the pinned key ${handle} is wrong: the note was changed, or forged`);
		verified.set(handle, verifier);
	}
	if (verified.size > 0) return { ok: true, text: parts.text, verified: [...verified.values()] };
	return refused("no_known_signature", "no pinned key signed this note: pin the key of this log, or fetch the right note");
}

/** Whether a text can be signed: well-formed Unicode, no control character but newlines, ending in one. */
export function isNoteText(text: string): boolean {
	return text.length <= MOST_CHARACTERS && text.endsWith("\n") && isCleanText(text);
}

function isCleanText(text: string): boolean {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
	return !/[\u0000-\u0009\u000b-\u001f\p{Cs}]/u.test(text);
}

/** The text up to the last empty line, and the signature lines after it. */
function splitNote(note: string): { text: string; lines: string[] } | null {
	if (!isNoteText(note)) return null;
	const split = note.lastIndexOf("\n\n");
	if (split < 0 || split + 2 === note.length) return null;
	const lines = note.slice(split + 2, -1).split("\n");
	return lines.length <= MOST_SIGNATURES ? { text: note.slice(0, split + 1), lines } : null;
}

function readSignature(line: string): { name: string; id: Uint8Array; bytes: Uint8Array } | null {
	if (!line.startsWith(LINE_START)) return null;
	const space = line.indexOf(" ", LINE_START.length);
	const name = line.slice(LINE_START.length, space);
	const bytes = fromBase64(line.slice(space + 1));
	if (space < 0 || !isKeyName(name) || !bytes || bytes.length <= KEY_ID_BYTES) return null;
	return { name, id: bytes.slice(0, KEY_ID_BYTES), bytes: bytes.slice(KEY_ID_BYTES) };
}

function refused(code: NoteFault, message: string): VerifiedNote {
	return { ok: false, code, message };
}
