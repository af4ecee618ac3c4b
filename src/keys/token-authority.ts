/**
 * Tokens: `hk_agt_` (agents) and `hk_live_` (administrators), then in base62, fixed widths, one after the other:
 *
 *   workspace id (22) · agent or key id (22) · 196 random bits (33) · keyed tag over all before it (22) · CRC-32 (6)
 *
 * The tag (HMAC-SHA-256 under a Worker secret, truncated) proves that we made the token, so a forged one is refused without
 * touching a store or an object. Whether it is still valid only its ledger, or D1, can say; both keep the SHA-256 alone.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ID_LENGTH } from "../contract/ids.ts";
import type { AgentToken, TokenAuthority } from "../gateway/ports.ts";
import { base62OfBytes, randomBase62 } from "./base62.ts";
import { CRC_LENGTH, crc32Base62 } from "./crc32.ts";

const RANDOM_LENGTH = 33;
const TAG_LENGTH = 22;
const BODY_LENGTH = ID_LENGTH * 2 + RANDOM_LENGTH;
const TOKEN_TAIL = new RegExp(`^[0-9A-Za-z]{${BODY_LENGTH + TAG_LENGTH + CRC_LENGTH}}$`);

/** Agent tokens whose tag was checked a while ago; that they are genuine never changes, that they are valid only the ledger says. */
const KEPT_TOKENS = 1_000;

const AGENT_PREFIX = "hk_agt_";
const KEY_PREFIX = "hk_live_";

/** SHA-256 as lower-case hex: how tokens and keys rest in the stores. */
export function tokenDigest(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}

/**
 * @param secrets - the Worker secret HIVEKEY_TOKEN_KEY: one key, or several with commas between, of which the first makes tokens
 * @param rootKey - the Worker secret HIVEKEY_ROOT_KEY
 */
export function createTokenAuthority(secrets: string, rootKey: string): TokenAuthority {
	const [newest = "", ...older] = secrets.split(",");
	const genuine = new Map<string, AgentToken>();
	const rootDigest = createHash("sha256").update(rootKey).digest();

	function tag(text: string, secret = newest): string {
		return base62OfBytes(createHmac("sha256", secret).update(text).digest(), TAG_LENGTH);
	}

	function isOurs(body: string, claimed: string): boolean {
		const bytes = Buffer.from(claimed);
		return [newest, ...older].some((secret) => timingSafeEqual(Buffer.from(tag(body, secret)), bytes));
	}

	function mint(prefix: string, workspaceId: string, id: string): { token: string; digest: string } {
		const body = prefix + tail(workspaceId) + tail(id) + randomBase62(RANDOM_LENGTH);
		const tagged = body + tag(body);
		const token = tagged + crc32Base62(tagged);
		return { token, digest: tokenDigest(token) };
	}

	function read(prefix: string, text: string): { workspaceTail: string; idTail: string; digest: string } | null {
		if (!text.startsWith(prefix)) return null;
		const rest = text.slice(prefix.length);
		if (!TOKEN_TAIL.test(rest)) return null;
		if (crc32Base62(text.slice(0, -CRC_LENGTH)) !== text.slice(-CRC_LENGTH)) return null;
		const body = text.slice(0, prefix.length + BODY_LENGTH);
		if (!isOurs(body, rest.slice(BODY_LENGTH, BODY_LENGTH + TAG_LENGTH))) return null;
		return {
			workspaceTail: rest.slice(0, ID_LENGTH),
			idTail: rest.slice(ID_LENGTH, ID_LENGTH * 2),
			digest: tokenDigest(text),
		};
	}

	return {
		mintAgentToken: (workspaceId, agentId) => mint(AGENT_PREFIX, workspaceId, agentId),
		mintAdminKey: (workspaceId, keyId) => mint(KEY_PREFIX, workspaceId, keyId),
		readAgentToken(text) {
			const known = genuine.get(text);
			if (known) return known;
			const found = read(AGENT_PREFIX, text);
			if (!found) return null;
			const token = { workspaceId: `ws_${found.workspaceTail}`, agentId: `agt_${found.idTail}`, digest: found.digest };
			if (genuine.size >= KEPT_TOKENS) genuine.delete(genuine.keys().next().value as string);
			genuine.set(text, token);
			return token;
		},
		readAdminKey(text) {
			const found = read(KEY_PREFIX, text);
			return found && { workspaceId: `ws_${found.workspaceTail}`, keyId: `key_${found.idTail}`, digest: found.digest };
		},
		isRootKey: (text) => timingSafeEqual(createHash("sha256").update(text).digest(), rootDigest),
	};
}

/** What comes after an id's prefix. */
function tail(id: string): string {
	return id.slice(id.indexOf("_") + 1);
}
