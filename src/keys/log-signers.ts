/** The keys that sign logs: each configured seed is one key of each workspace's log. */
import { type NoteSigner, signerOf } from "../tlog/note-keys.ts";

/**
 * @param seeds - of 32 bytes each, base64url, with commas between, the newest first
 * @returns the signers of a log by its name, the newest first; the last name's are remembered
 * @throws an Error if a seed cannot be one; the configuration has checked them
 */
export function createLogSigners(seeds: string): (origin: string) => NoteSigner[] {
	const secrets = [...new Set(seeds.split(",").map((seed) => Buffer.from(seed, "base64url").toString("hex")))];
	let known: { origin: string; signers: NoteSigner[] } | null = null;
	return (origin) => {
		if (known?.origin === origin) return known.signers;
		const signers = secrets.map((secret) => signerOf(secret, origin)).filter((signer) => signer !== null);
		if (signers.length !== secrets.length) throw new Error("a signing key cannot be used");
		known = { origin, signers };
		return signers;
	};
}
