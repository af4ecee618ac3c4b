/** What a token must look like before it is put into a header. Messages never repeat it. */

/**
 * Checks the token that an agent calls with.
 * @throws TypeError if there is none, or if it is something else
 */
export function agentToken(token: string | undefined | null): string {
	if (token === undefined || token === null || String(token).trim() === "") {
		throw new TypeError(
			"HiveKey needs the agent's token and got none: new HiveKey(process.env.HK_AGENT_TOKEN). " +
				"Is the variable set? `hivekey agent create NAME --role ROLE` mints a token.",
		);
	}
	if (String(token).startsWith("hk_live_")) {
		throw new TypeError("That is an administrator's key (hk_live_…). An agent calls with its own token (hk_agt_…).");
	}
	return plain(String(token));
}

/**
 * Checks the key that an administrator calls with.
 * @throws TypeError if there is none, or if it is something else
 */
export function adminKey(key: string | undefined | null): string {
	if (key === undefined || key === null || String(key).trim() === "") {
		throw new TypeError("HiveKeyAdmin needs an administrator's key (hk_live_…) and got none.");
	}
	if (String(key).startsWith("hk_agt_")) {
		throw new TypeError("That is an agent's token (hk_agt_…). Administration takes an admin key (hk_live_…).");
	}
	return plain(String(key));
}

/**
 * Checks the key that the operator of a deployment calls with.
 * @throws TypeError if there is none, or if it is something else
 */
export function rootKey(key: string | undefined | null): string {
	if (key === undefined || key === null || String(key).trim() === "") {
		throw new TypeError("HiveKeyRoot needs the deployment's root key (HIVEKEY_ROOT_KEY) and got none.");
	}
	if (/^\s*hk_(live|agt)_/.test(String(key))) {
		throw new TypeError("That is a key of one workspace. Workspaces are made with the deployment's root key.");
	}
	return plain(String(key));
}

function plain(token: string): string {
	const trimmed = token.trim();
	if (!/^[\x21-\x7e]+$/.test(trimmed))
		throw new TypeError("The token has characters in it that no token has. Was it copied whole?");
	return trimmed;
}
