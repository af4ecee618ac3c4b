/**
 * Where an SDK that was made for an upstream puts its key: there the agent's token stands. A token of ours is told by its prefix, so
 * that no connector has to be known before its agent is.
 */
const AUTHORIZATION = /^(bearer|token) +([\x21-\x7e]+)$/i;
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const OURS = /^hk_agt_[0-9A-Za-z]{1,128}$/;

/**
 * The token of a request: `Authorization: Bearer`, `token` or `Basic` (its password, or its user name if there is no password), or a
 * header of the API's own that holds nothing else. Null if there is none, or if there are two different ones.
 */
export function proxiedToken(headers: Headers): string | null {
	const named = authorizationToken(headers.get("authorization"));
	const found = new Set<string>();
	if (named !== null && OURS.test(named)) found.add(named);
	for (const value of headers.values()) if (OURS.test(value)) found.add(value);
	const [token] = found;
	return found.size > 1 ? null : (token ?? named);
}

function authorizationToken(header: string | null): string | null {
	if (header === null) return null;
	const basic = BASIC.exec(header)?.[1];
	if (basic === undefined) return AUTHORIZATION.exec(header)?.[2] ?? null;
	const credentials = decoded(basic);
	const colon = credentials.indexOf(":");
	if (colon === -1) return null;
	return credentials.slice(colon + 1) || credentials.slice(0, colon) || null;
}

function decoded(base64: string): string {
	try {
		return atob(base64);
	} catch {
		return "";
	}
}
