/** Where the gateway is, and how paths are put together. */

export const DEFAULT_BASE_URL = "https://gateway.hivekey.ai";

/**
 * The gateway's address without a slash at its end: the option, else HIVEKEY_URL, else {@link DEFAULT_BASE_URL}.
 * @throws TypeError if it is not a plain http(s) URL
 */
export function resolveBaseUrl(option: string | undefined): string {
	const text = option || environment("HIVEKEY_URL") || DEFAULT_BASE_URL;
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw new TypeError(`The gateway's address ${JSON.stringify(text)} is not a URL. It looks like ${DEFAULT_BASE_URL}.`);
	}
	if (url.protocol !== "https:" && url.protocol !== "http:") {
		throw new TypeError(`The gateway's address ${JSON.stringify(text)} must start with https:// or http://.`);
	}
	if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
		throw new TypeError("The gateway's address is scheme, host and port only: no user, query or fragment.");
	}
	return url.href.replace(/\/+$/, "");
}

/**
 * One segment of a path.
 * @throws TypeError for a name that would name another path (empty, a dot, two dots)
 */
export function pathSegment(name: string): string {
	if (typeof name !== "string" || name === "" || name === "." || name === "..") {
		throw new TypeError(`${JSON.stringify(name)} is not a name.`);
	}
	return encodeURIComponent(name);
}

/** A query string with its question mark, or nothing. Absent values are left out. */
export function queryString(query: object): string {
	const parameters = new URLSearchParams();
	for (const [key, value] of Object.entries(query)) {
		if (value !== undefined && value !== null) parameters.set(key, String(value));
	}
	const text = parameters.toString();
	return text === "" ? "" : `?${text}`;
}

function environment(name: string): string | undefined {
	const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
	return process?.env?.[name];
}
