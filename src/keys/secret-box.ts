/**
 * Secrets at rest: AES-256-GCM under a Worker secret. A sealed value is `{key id}.{nonce}.{ciphertext and tag}`, base64url; which
 * secret it is (workspace, name, version) is authenticated with it, so that a row put in the place of another does not open.
 */
import { createHash } from "node:crypto";
import type { SecretBox, SecretIdentity } from "../gateway/secret-ports.ts";

const NONCE_BYTES = 12;

/**
 * @param keys - of 32 bytes each, base64url, with commas between: the first seals, all of them open
 */
export function createSecretBox(keys: string): SecretBox {
	const seeds = keys.split(",").map((key) => new Uint8Array(Buffer.from(key, "base64url")));
	const ids = seeds.map(keyIdOf);
	const imported = new Map<string, Promise<CryptoKey>>();

	function keyOf(id: string): Promise<CryptoKey> | null {
		const seed = seeds[ids.indexOf(id)];
		if (seed === undefined) return null;
		const known = imported.get(id) ?? crypto.subtle.importKey("raw", seed, "AES-GCM", false, ["encrypt", "decrypt"]);
		imported.set(id, known);
		return known;
	}

	const keyId = ids[0] as string;
	return {
		keyId,
		async seal(which, value) {
			const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
			const key = await (keyOf(keyId) as Promise<CryptoKey>);
			const sealed = await crypto.subtle.encrypt(parameters(which, nonce), key, new TextEncoder().encode(value));
			return [keyId, base64url(nonce), base64url(new Uint8Array(sealed))].join(".");
		},
		async open(which, sealed) {
			const [id = "", nonce = "", text = ""] = sealed.split(".");
			const key = await keyOf(id);
			if (key === null) return null;
			try {
				const parameter = parameters(which, new Uint8Array(Buffer.from(nonce, "base64url")));
				const value = await crypto.subtle.decrypt(parameter, key, new Uint8Array(Buffer.from(text, "base64url")));
				return new TextDecoder().decode(value);
			} catch {
				return null;
			}
		},
	};
}

/** How a key is told from others: the beginning of its SHA-256, which says nothing of it. */
function keyIdOf(seed: Uint8Array): string {
	return createHash("sha256").update(seed).digest("hex").slice(0, 8);
}

function parameters({ workspaceId, name, version }: SecretIdentity, iv: Uint8Array) {
	return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${workspaceId}/${name}/${version}`) };
}

function base64url(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64url");
}
