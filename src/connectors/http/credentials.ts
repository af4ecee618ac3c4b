/** How an upstream is shown who calls. The value is read for this one request; what of it could come back is told, to be scrubbed. */
import type { HttpAuth } from "../../contract/http-action.ts";
import type { SecretValues } from "../../gateway/secret-ports.ts";
import type { Pair } from "../../policy/connector/form-fields.ts";
import type { OAuthTokens } from "./oauth-tokens.ts";

export interface CredentialPorts {
	secretValues: Pick<SecretValues, "load">;
	tokens: OAuthTokens;
}

export type Credentials =
	| {
			ok: true;
			headers: Record<string, string>;
			query: Pair[];
			/** What must not come back to the agent. */
			secrets: string[];
			/** The credential was got a while ago, and may have ended since: worth one more try where the upstream refuses it. */
			renew?: () => void;
	  }
	| { ok: false; code: "secret_missing" | "upstream_unreachable"; why: string };

/** A value of a header, RFC 9110: what does not fit would end the header and begin another. */
const HEADER_SAFE = /^[\x20-\x7e]*$/;

/** The credentials of one call. */
export async function credentialsOf(
	ports: CredentialPorts,
	workspaceId: string,
	auth: HttpAuth | undefined,
): Promise<Credentials> {
	if (auth === undefined) return { ok: true, headers: {}, query: [], secrets: [] };
	const { name, version } = auth.secret;
	const secret = await ports.secretValues.load({ workspaceId, name, version });
	if (secret === null) {
		const why =
			version === 0
				? `the secret ${name} is not set`
				: `the secret ${name} was changed or deleted a moment ago, or cannot be opened`;
		return { ok: false, code: "secret_missing", why: `${why}: an administrator sets it with \`hivekey secret set ${name}\`` };
	}
	if (auth.kind !== "query" && auth.kind !== "basic" && auth.kind !== "oauth2" && !HEADER_SAFE.test(secret))
		return {
			ok: false,
			code: "secret_missing",
			why: `the secret ${name} cannot stand in a header: it has a line end or a letter beyond ASCII`,
		};
	switch (auth.kind) {
		case "bearer":
			return shown({ authorization: `Bearer ${secret}` }, [secret]);
		case "header":
			return shown({ [auth.name]: auth.prefix + secret }, [secret]);
		case "basic": {
			const basic = btoa(String.fromCharCode(...new TextEncoder().encode(`${auth.username}:${secret}`)));
			return shown({ authorization: `Basic ${basic}` }, [secret, basic, `${auth.username}:${secret}`]);
		}
		case "query":
			return { ok: true, headers: {}, query: [[auth.name, secret]], secrets: [secret] };
		case "oauth2": {
			const got = await ports.tokens.get(workspaceId, auth, secret);
			if (!got.ok) return { ok: false, code: "upstream_unreachable", why: got.why };
			const credentials = shown({ authorization: `Bearer ${got.token}` }, [secret, got.token]);
			return got.fresh ? credentials : { ...credentials, renew: () => ports.tokens.forget(workspaceId, auth) };
		}
	}
}

function shown(headers: Record<string, string>, secrets: string[]) {
	return { ok: true as const, headers, query: [], secrets };
}
