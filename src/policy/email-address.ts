/**
 * The one reader of e-mail addresses. Guard and mailer must read the same domain out of the same string, so only the form
 * that no two parsers disagree about is an address here: `dot-atom@letters-digits-hyphens`, ASCII. Display names, comments,
 * quoted local parts, source routes, IP literals, encoded words and lists in one string are not. A route can also hide in a local
 * part: to a server that trusts us, `eve%gmail.com@acme.com` and `gmail.com!eve@acme.com` may be mail to eve@gmail.com (RFC 1123
 * section 5.2.16, RFC 976; Postfix rewrites both unless told not to). So may local parts with which some servers write the address
 * of somebody elsewhere: SRS (`SRS0=hash=day=gmail.com=eve`), Exchange (`IMCEASMTP-eve+40gmail+2Ecom`), X.400 (`/G=Eve/O=Other/`,
 * RFC 2156).
 */
import { isDomainAt } from "./domain-name.ts";

export const ADDRESS_MAX = 254;
export const LOCAL_MAX = 64;

export interface EmailAddress {
	/** As written: only its own server may say that two spellings are one mailbox (RFC 5321 section 2.4). */
	local: string;
	/** In lower case. */
	domain: string;
	/** `local@domain`. */
	address: string;
}

/** RFC 5322 section 3.2.3, `atext`, but for `%` and `!`, as it stands in a pattern's brackets. */
export const ATEXT_LETTERS = "A-Za-z0-9#$&'*+\\-\\/=?\\^_`\\{\\|\\}~";

const ATEXT_LETTER = new RegExp(`[${ATEXT_LETTERS}]`);
/** The same by character code. */
const ATEXT: boolean[] = Array.from({ length: 128 }, (_, code) => ATEXT_LETTER.test(String.fromCharCode(code)));

/** Reads a bare address, or answers null. */
export function readEmailAddress(text: string): EmailAddress | null {
	if (text.length > ADDRESS_MAX) return null;
	const at = localEnd(text);
	if (at < 1 || !isDomainAt(text, at + 1) || namesSomebodyElsewhere(text)) return null;
	const local = text.slice(0, at);
	const domain = text.slice(at + 1).toLowerCase();
	return { local, domain, address: `${local}@${domain}` };
}

/** Whether a text is what stands before the @ of some address. */
export function isLocalPart(text: string): boolean {
	return readEmailAddress(`${text}@example.com`) !== null;
}

/** A local part that is written as a route: SRS, Exchange's encapsulated addresses, X.400. */
const ROUTE = /^(?:srs[01][-+=]|imcea[a-z0-9]*-|\/)/i;

function namesSomebodyElsewhere(text: string): boolean {
	// Few addresses begin with any of these: the pattern is asked for those alone.
	const first = text.charCodeAt(0) | 0x20;
	return (first === 0x73 || first === 0x69 || first === 0x2f) && ROUTE.test(text);
}

/**
 * Where the `@` stands after a dot-atom of the right length, else -1. `=?` begins an encoded word (RFC 2047), whose letters are
 * all `atext`: `=?utf-8?q?e=40evil.com=3e?=@acme.com` is mail to evil.com for whoever decodes it.
 */
function localEnd(text: string): number {
	let afterDot = true;
	const end = Math.min(text.length, LOCAL_MAX + 1);
	for (let i = 0; i < end; i++) {
		const unit = text.charCodeAt(i);
		if (unit === 0x40) return afterDot ? -1 : i;
		if (unit === 0x2e) {
			if (afterDot) return -1;
			afterDot = true;
		} else if (unit === 0x3f && text.charCodeAt(i - 1) === 0x3d) return -1;
		else if (unit < 128 && ATEXT[unit]) afterDot = false;
		else return -1;
	}
	return -1;
}

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const ATOM = `[${ATEXT_LETTERS}]+`;

/** The same language as a pattern of JSON Schema, for validators that only know those. */
export const EMAIL_PATTERN =
	`^(?!.*=\\?)(?!/|[Ss][Rr][Ss][01][-+=]|[Ii][Mm][Cc][Ee][Aa][A-Za-z0-9]*-)(?=[^@]{1,${LOCAL_MAX}}@[^@]{3,253}$)(?=.{1,${ADDRESS_MAX}}$)` +
	`${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+(?=[A-Za-z])${LABEL}$`;
