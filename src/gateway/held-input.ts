/** Where the input of a held call lies: in the ledger, or in R2 where it is large. */
import type { JsonObject } from "../contract/json.ts";
import { parseStrictJson } from "../policy/strict-json.ts";
import { inputDigest } from "./decide-input.ts";
import type { BlobStore, Digests } from "./ports.ts";
import type { HeldCall } from "./review-ports.ts";

/** The ledger keeps no longer input than this, in characters: its rows should stay small. */
const INLINE_CHARACTERS = 65_536;

export interface HeldInputPorts {
	blobs: BlobStore;
	digests: Digests;
}

/** Puts a large input where it can be held; for a small one there is nothing to do. */
export async function keepInput(
	ports: HeldInputPorts,
	workspaceId: string,
	actId: string,
	inputText: string,
): Promise<{ input: string | null; input_key?: string }> {
	if (inputText.length <= INLINE_CHARACTERS) return { input: inputText };
	const input_key = `${workspaceId}/held/${actId}`;
	await ports.blobs.put(input_key, new TextEncoder().encode(inputText));
	return { input: null, input_key };
}

/**
 * The input of a held call, with its canonical text.
 * @returns null if it is not kept any more, or is not what was held
 */
export async function readHeldInput(
	ports: HeldInputPorts,
	workspaceId: string,
	held: HeldCall,
): Promise<{ input: JsonObject; text: string } | null> {
	const bytes =
		held.input !== null
			? new TextEncoder().encode(held.input)
			: held.input_key === null
				? null
				: await ports.blobs.get(held.input_key);
	if (!bytes) return null;
	const text = new TextDecoder().decode(bytes);
	if (inputDigest(ports.digests, workspaceId, held.view.action, text) !== held.view.input_digest) return null;
	const parsed = parseStrictJson(bytes);
	return parsed.ok ? { input: parsed.value as JsonObject, text } : null;
}
