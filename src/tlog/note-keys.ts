/**
 * Ed25519 keys of signed notes. The secret is a seed of 32 bytes; whoever verifies pins the verifier key,
 * `<name>+<key id in hex>+<base64 of 0x01 || public key>`.
 * @see https://c2sp.org/signed-note#ed25519-signatures
 * @see https://pkg.go.dev/golang.org/x/mod/sumdb/note
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { fromBase64, fromHex, toBase64, toHex } from "./bytes.ts";

const ED25519 = 1;
const KEY_BYTES = 32;
/** What PKCS #8 and SPKI put in front of the 32 bytes (RFC 8410, section 7 and 4). */
const PKCS8_HEAD = new Uint8Array([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
const SPKI_HEAD = new Uint8Array([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);

/** A key that signs notes. */
export interface NoteSigner {
	name: string;
	/** Four bytes. */
	id: Uint8Array;
	/** What others pin to verify. */
	vkey: string;
	sign(text: Uint8Array): Uint8Array;
}

/** A key that verifies notes. */
export interface NoteVerifier {
	name: string;
	id: Uint8Array;
	vkey: string;
	verify(text: Uint8Array, signature: Uint8Array): boolean;
}

/** A new secret: 32 bytes of chance as 64 characters of hex. */
export function newSigningKey(): string {
	return toHex(randomBytes(KEY_BYTES));
}

/** The signer of a secret (32 bytes in lower-case hex or base64) under a key name; null if either cannot be one. */
export function signerOf(secret: string, name: string): NoteSigner | null {
	const seed = secret.length === 2 * KEY_BYTES ? fromHex(secret) : fromBase64(secret);
	if (seed?.length !== KEY_BYTES || !isKeyName(name)) return null;
	const key = createPrivateKey({ key: asBuffer(PKCS8_HEAD, seed), format: "der", type: "pkcs8" });
	const spki = createPublicKey(key).export({ format: "der", type: "spki" });
	const publicKey = new Uint8Array(spki).slice(SPKI_HEAD.length);
	const id = keyId(name, publicKey);
	return { name, id, vkey: vkeyText(name, id, publicKey), sign: (text) => sign(null, text, key) };
}

/** The verifier key of a secret under a key name; null as in {@link signerOf}. */
export function vkeyOf(secret: string, name: string): string | null {
	return signerOf(secret, name)?.vkey ?? null;
}

/** The verifier of a verifier key; null if it is not an Ed25519 one, or its id is not that of its name and public key. */
export function verifierOf(vkey: string): NoteVerifier | null {
	// The base64 may contain `+` as well: only the first two part.
	const [, name = "", idText = "", keyText = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(vkey) ?? [];
	const bytes = fromBase64(keyText);
	if (!isKeyName(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return null;
	const publicKey = bytes.slice(1);
	const id = keyId(name, publicKey);
	if (toHex(id) !== idText) return null;
	const key = publicKeyOf(publicKey);
	return key && { name, id, vkey, verify: (text, signature) => verifies(key, text, signature) };
}

/** Whether a text can name a key: not empty, no white space, no `+`, no ASCII control character, well-formed Unicode. */
export function isKeyName(name: string): boolean {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
	return /^[^\p{White_Space}\p{Cs}\u0000-\u001f+]+$/u.test(name);
}

/** The first four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
function keyId(name: string, publicKey: Uint8Array): Uint8Array {
	const digest = createHash("sha256")
		.update(`${name}\n`, "utf8")
		.update(new Uint8Array([ED25519]))
		.update(publicKey)
		.digest();
	return new Uint8Array(digest).slice(0, 4);
}

function vkeyText(name: string, id: Uint8Array, publicKey: Uint8Array): string {
	const bytes = new Uint8Array(1 + KEY_BYTES);
	bytes[0] = ED25519;
	bytes.set(publicKey, 1);
	return `${name}+${toHex(id)}+${toBase64(bytes)}`;
}

/** Both in a row. The types of node:crypto ask for a Buffer, and any bytes will do. */
function asBuffer(head: Uint8Array, key: Uint8Array): Buffer {
	const bytes = new Uint8Array(head.length + key.length);
	bytes.set(head);
	bytes.set(key, head.length);
	return bytes as Buffer;
}

function publicKeyOf(publicKey: Uint8Array): KeyObject | null {
	try {
		return createPublicKey({ key: asBuffer(SPKI_HEAD, publicKey), format: "der", type: "spki" });
	} catch {
		return null;
	}
}

function verifies(key: KeyObject, text: Uint8Array, signature: Uint8Array): boolean {
	try {
		return verify(null, text, key, signature);
	} catch {
		return false;
	}
}
