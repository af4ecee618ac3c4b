/** Where an API begins. One spelling, read as guards read URLs: what two libraries could take for two hosts is none. */
import { readUrl } from "../url.ts";

export interface BaseUrl {
	/** `https://api.example.com:8443`. */
	origin: string;
	/** `/v2`, or empty. */
	path: string;
	host: string;
	scheme: "http" | "https";
}

/** Reads a base URL, or says what is wrong with it. */
export function readBaseUrl(text: string): BaseUrl | string {
	if (/[?#]/.test(text)) return "a base URL has no query and no fragment";
	const url = readUrl(text);
	if (url === null) return "this is no plain URL: https://api.example.com/v2, without a user name, of a full host name in ASCII";
	if (url.scheme !== "https" && url.scheme !== "http") return "an API is reached over https";
	const authority = /^[a-z]+:\/\/([^/]*)/i.exec(text)?.[1] as string;
	const path = text.slice(text.indexOf(authority, url.scheme.length + 3) + authority.length).replace(/\/$/, "");
	if (url.path === null) return "the path of this URL can be read in two ways";
	const port = /:([0-9]+)$/.exec(authority)?.[1];
	const plain = port === undefined || port === (url.scheme === "https" ? "443" : "80");
	const host = url.host.includes(":") ? `[${url.host}]` : url.host;
	return { origin: `${url.scheme}://${host}${plain ? "" : `:${port}`}`, path, host: url.host, scheme: url.scheme };
}
