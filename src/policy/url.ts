/**
 * The one reader of URLs. A guard must see the host that the upstream will connect to, so only what no two libraries read
 * differently is a URL here: `scheme://host[:port][/path][?query][#fragment]` in the characters of RFC 3986, for schemes that
 * have a host. User names (`https://acme.com@evil.com`), backslashes, white space, control and non-ASCII characters, hosts
 * with escapes, IPv4 addresses in odd spellings, empty ports and hosts of one label are refused, and so is a query or a fragment
 * right after the host, where older parsers took what follows an `@` for the host.
 */
import { isDomainAt } from "./domain-name.ts";
import { ipv6Text, readIpAddress } from "./ip-address.ts";

/** In characters. Beyond it servers and libraries begin to cut. */
export const URL_MAX = 8_192;

export interface Url {
	/** In lower case. */
	scheme: string;
	/** A domain in lower case, or an IP address without brackets; never the port. */
	host: string;
	/** As written, `/` where there is none; null where two servers could take it for different paths. */
	path: string | null;
}

/** The schemes whose URLs name a host in one form only (the WHATWG calls them special), `file` left out. */
const SCHEMES: ReadonlySet<string> = new Set(["http", "https", "ws", "wss", "ftp"]);

const FORM = /^([A-Za-z]{2,5}):\/\/(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(?::([1-9][0-9]{0,4}))?(\/[^?#]*(?:\?[^#]*)?(?:#.*)?)?$/;

/** RFC 3986 `pchar`, `/` and `?`, with the one `#` that may begin the fragment left to the form. */
const REST = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*(?:#(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?$/;

/** Reads a URL, or answers null. */
export function readUrl(text: string): Url | null {
	if (text.length > URL_MAX) return null;
	const match = FORM.exec(text);
	if (match === null) return null;
	const scheme = (match[1] as string).toLowerCase();
	const rest = match[4] ?? "/";
	if (!SCHEMES.has(scheme) || Number(match[3] ?? 80) > 65_535 || !REST.test(rest)) return null;
	const authority = match[2] as string;
	const host = authority.startsWith("[") ? readBracketed(authority) : readHostName(authority);
	if (host === null) return null;
	const path = /^[^?#]*/.exec(rest)?.[0] ?? "/";
	return { scheme, host, path: hasOneReading(path) ? path : null };
}

/** Reads a host as a policy's author writes it, which is as {@link Url} has it; brackets may stand around an IPv6 address. */
export function readHost(text: string): string | null {
	if (text.startsWith("[")) return readBracketed(text);
	return text.includes(":") ? readBracketed(`[${text}]`) : readHostName(text);
}

function readHostName(text: string): string | null {
	if (isDomainAt(text, 0)) return text.toLowerCase();
	return readIpAddress(text) === null || text.includes(":") ? null : text;
}

/** Only in the shortest form of RFC 5952, so that an address has one text. One that holds an IPv4 address has two, and is none. */
function readBracketed(text: string): string | null {
	if (!text.endsWith("]")) return null;
	const inner = text.slice(1, -1);
	const groups = readIpAddress(inner);
	return groups !== null && groups.length === 8 && ipv6Text(groups) === inner ? inner : null;
}

/**
 * Whether all servers take a path for the same one: no dot segments, no empty segments but the last (some merge slashes), no
 * parameters (some cut `;x`), no apostrophe (some escape it), and no escapes but of what cannot stand there plain and parts
 * nothing. `/%61dmin` and `/x/%2e%2e/admin` are `/admin` to many.
 */
function hasOneReading(path: string): boolean {
	if (/[;']|\/\//.test(path)) return false;
	if (/\/\.{1,2}(?:\/|$)/.test(path)) return false;
	return !/%(?!20|22|3C|3E|5B|5D|5E|60|7B|7C|7D)/.test(path);
}
