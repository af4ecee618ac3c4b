/**
 * A proof, in one file, that the records of one act are on a log: whoever pinned the log's key checks it without the log and
 * without us. It does not prove that the act has no other records.
 */
import { fromBase64, isWellFormed, toBase64 } from "./bytes.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { HASH_BYTES, type Hash, type HashAt, leafHash } from "./merkle-tree.ts";
import { inclusionProof } from "./proofs.ts";
import { type RecordHead, readHead } from "./record-head.ts";
import { verifyInclusion } from "./verify-proofs.ts";

export const PROOF_VERSION = 1;
/** No act has more records, and no record is longer than 16 KiB. */
const MOST_RECORDS = 100;
const MOST_CHARACTERS = 8_000_000;
const MOST_HASHES = 64;

export interface RecordProof {
	seq: number;
	/** The exact text of the record. */
	record: string;
	/** `seq - 1`. */
	leaf_index: number;
	/** The checkpoint's size. */
	tree_size: number;
	/** RFC 9162 inclusion proof, base64, the leaf's sibling first. */
	hashes: string[];
}

export interface ActProof {
	v: typeof PROOF_VERSION;
	/** A verifier key that signed, for whoever reads the file. It proves nothing: only a key that was pinned before does. */
	vkey: string;
	/** The signed note. */
	checkpoint: string;
	proofs: RecordProof[];
}

/** A proof of these records of one act, in order; null if the checkpoint's tree lacks one, or a hash is not to be had. */
export function proveAct(
	signed: { vkey: string; checkpoint: string; size: number },
	records: readonly { seq: number; record: string }[],
	hashAt: HashAt,
): ActProof | null {
	const proofs: RecordProof[] = [];
	for (const { seq, record } of records) {
		const hashes = inclusionProof(seq - 1, signed.size, hashAt);
		if (!hashes) return null;
		proofs.push({ seq, record, leaf_index: seq - 1, tree_size: signed.size, hashes: hashes.map(toBase64) });
	}
	return { v: PROOF_VERSION, vkey: signed.vkey, checkpoint: signed.checkpoint, proofs };
}

export type VerifiedProof =
	| {
			ok: true;
			actId: string;
			workspace: string;
			checkpoint: Checkpoint;
			/** The pinned key that vouches for it. */
			vkey: string;
			records: { head: RecordHead; text: string }[];
	  }
	/** `seq` is the record that it is about, or null. */
	| { ok: false; seq: number | null; message: string };

/** Verifies the text of a proof file against pinned verifier keys. Never throws. */
export function verifyProof(json: string, vkeys: readonly string[]): VerifiedProof {
	const proof = readProof(json);
	if (!proof) return bad(null, "this is not a proof of version 1: make it again with `hivekey audit prove`");
	const opened = openCheckpoint(proof.checkpoint, vkeys);
	if (!opened.ok) {
		const hint = vkeys.includes(proof.vkey) ? "" : ` (the proof names the key "${proof.vkey}", which is not pinned)`;
		return bad(null, `the proof's checkpoint: ${opened.message}${hint}`);
	}
	const { checkpoint, vkey } = opened;
	const records: { head: RecordHead; text: string }[] = [];
	for (const part of proof.proofs) {
		const read = verifyPart(part, checkpoint);
		if (typeof read === "string") return bad(part.seq, `record ${part.seq}: ${read}`);
		const last = records[records.length - 1]?.head;
		if (last && (read.actId !== last.actId || read.workspace !== last.workspace || read.seq <= last.seq))
			return bad(part.seq, `record ${part.seq}: it is of another act than record ${last.seq}, or out of order`);
		records.push({ head: read, text: part.record });
	}
	const [first] = records;
	if (!first) return bad(null, "the proof has no records");
	return { ok: true, actId: first.head.actId, workspace: first.head.workspace, checkpoint, vkey, records };
}

/** The record's head, or what is wrong with its proof. */
function verifyPart(part: RecordProof, checkpoint: Checkpoint): RecordHead | string {
	const read = readHead(part.record);
	if (!read.ok) return read.message;
	if (read.head.seq !== part.seq || part.leaf_index !== part.seq - 1) return "its number is not the one that the proof gives";
	if (part.tree_size !== checkpoint.size) return `its proof is for a tree of ${part.tree_size}, not of ${checkpoint.size}`;
	const hashes = part.hashes.map(fromBase64);
	if (!hashes.every((hash): hash is Hash => hash?.length === HASH_BYTES)) return "its proof has a hash that is none";
	if (!verifyInclusion(leafHash(part.record), part.leaf_index, part.tree_size, hashes, checkpoint.root))
		return "it is not in the signed tree: it was changed, or never logged";
	return read.head;
}

function readProof(json: string): ActProof | null {
	if (json.length > MOST_CHARACTERS || !isWellFormed(json)) return null;
	try {
		const proof = JSON.parse(json) as ActProof | null;
		if (typeof proof !== "object" || proof?.v !== PROOF_VERSION) return null;
		if (typeof proof.vkey !== "string" || typeof proof.checkpoint !== "string" || !Array.isArray(proof.proofs)) return null;
		const count = proof.proofs.length;
		return count > 0 && count <= MOST_RECORDS && proof.proofs.every(isRecordProof) ? proof : null;
	} catch {
		return null;
	}
}

function isRecordProof(part: unknown): part is RecordProof {
	if (typeof part !== "object" || part === null) return false;
	const { seq, record, leaf_index, tree_size, hashes } = part as RecordProof;
	if (typeof record !== "string" || ![seq, leaf_index, tree_size].every(Number.isSafeInteger)) return false;
	return Array.isArray(hashes) && hashes.length <= MOST_HASHES && hashes.every((hash) => typeof hash === "string");
}

function bad(seq: number | null, message: string): VerifiedProof {
	return { ok: false, seq, message };
}
