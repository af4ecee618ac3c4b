/**
 * OAuth 2.0 client credentials (RFC 6749, 4.4): a secret is changed for a token, which is kept in this isolate while it is good. The
 * server that gives it out is reached like any upstream: checked, bounded, no redirects.
 */
import type { HttpAuth } from "../../contract/http-action.ts";
import type { Outbound } from "../../gateway/outbound-ports.ts";

export type OAuth = Extract<HttpAuth, { kind: "oauth2" }>;

export interface OAuthTokens {
	/** A token that is good now; or why there is none. `fresh`: one that was got for this call. */
	get(
		workspaceId: string,
		auth: OAuth,
		secret: string,
	): Promise<{ ok: true; token: string; fresh: boolean } | { ok: false; why: string }>;
	/** The upstream did not take it. */
	forget(workspaceId: string, auth: OAuth): void;
}

const KEPT = 1_000;
/** A token is not used in its last moments: it has to get there. */
const MARGIN_MS = 30_000;
/** Where the server does not say how long it is good (RFC 6749, 5.1 only recommends it). */
const USUAL_SECONDS = 300;
const LONGEST_SECONDS = 86_400;
const TIME_LIMIT_MS = 10_000;
const MAX_BYTES = 65_536;

export function createOAuthTokens(outbound: Outbound, now: () => number): OAuthTokens {
	const known = new Map<string, { token: string; until: number }>();
	const keyOf = (workspaceId: string, auth: OAuth) => JSON.stringify([workspaceId, auth]);
	return {
		async get(workspaceId, auth, secret) {
			const key = keyOf(workspaceId, auth);
			const held = known.get(key);
			if (held !== undefined && held.until > now()) return { ok: true, token: held.token, fresh: false };
			const asked = await ask(outbound, auth, secret);
			if (!asked.ok) return asked;
			known.delete(key);
			known.set(key, { token: asked.token, until: now() + asked.seconds * 1_000 - Math.min(MARGIN_MS, asked.seconds * 500) });
			if (known.size > KEPT) known.delete(known.keys().next().value as string);
			return { ok: true, token: asked.token, fresh: true };
		},
		forget: (workspaceId, auth) => void known.delete(keyOf(workspaceId, auth)),
	};
}

async function ask(
	outbound: Outbound,
	auth: OAuth,
	secret: string,
): Promise<{ ok: true; token: string; seconds: number } | { ok: false; why: string }> {
	const form = new URLSearchParams({ grant_type: "client_credentials" });
	if (auth.scopes.length > 0) form.set("scope", auth.scopes.join(" "));
	if (auth.audience !== undefined) form.set("audience", auth.audience);
	const result = await outbound.send({
		url: auth.token_url,
		method: "POST",
		headers: {
			accept: "application/json",
			"content-type": "application/x-www-form-urlencoded",
			// RFC 6749, 2.3.1: both parts are form-encoded first.
			authorization: `Basic ${btoa(`${formEncoded(auth.client_id)}:${formEncoded(secret)}`)}`,
		},
		body: form.toString(),
		timeLimitMs: TIME_LIMIT_MS,
		maxBytes: MAX_BYTES,
	});
	if (result.kind !== "answered") return { ok: false, why: "the server that gives out tokens cannot be reached" };
	if (result.status !== 200) return { ok: false, why: `the server that gives out tokens answered ${result.status}` };
	return (
		tokenIn(new TextDecoder().decode(result.body)) ?? {
			ok: false,
			why: "the server that gives out tokens gave none that can be used",
		}
	);
}

function tokenIn(text: string): { ok: true; token: string; seconds: number } | null {
	try {
		const { access_token: token, token_type: type, expires_in: seconds } = JSON.parse(text);
		if (typeof token !== "string" || !/^[\x21-\x7e]{1,8192}$/.test(token)) return null;
		if (typeof type === "string" && type.toLowerCase() !== "bearer") return null;
		const said = typeof seconds === "number" && seconds > 0 ? seconds : USUAL_SECONDS;
		return { ok: true, token, seconds: Math.min(said, LONGEST_SECONDS) };
	} catch {
		return null;
	}
}

function formEncoded(text: string): string {
	return new URLSearchParams({ x: text }).toString().slice(2);
}
