/** The forms of texts, each read in the plainest way there is. */

/** `local@domain` in ASCII, no more than 254 characters; null for all else. The domain comes in lower case. */
export function naiveAddress(text: string): { local: string; domain: string } | null {
	const parts = text.split("@");
	const [local, domain] = parts;
	if (parts.length !== 2 || local === undefined || domain === undefined || text.length > 254 || local.length > 64) return null;
	const isDotAtom = local.split(".").every((atom) => /^[A-Za-z0-9#$&'*+\-/=?^_`{|}~]+$/.test(atom));
	if (!isDotAtom || local.includes("=?") || /^(srs[01][-+=]|imcea[a-z0-9]*-|\/)/i.test(local)) return null;
	const name = naiveDomain(domain);
	return name === null ? null : { local, domain: name };
}

/** Letters, digits and inner hyphens, two labels at least, the last of which does not begin with a digit. */
export function naiveDomain(text: string): string | null {
	const labels = text.split(".");
	const isLabel = (label: string) => /^[A-Za-z0-9-]{1,63}$/.test(label) && !label.startsWith("-") && !label.endsWith("-");
	if (labels.length < 2 || text.length > 253 || !labels.every(isLabel) || /^[0-9]/.test(labels.at(-1) as string)) return null;
	return text.toLowerCase();
}

/** A URL by the platform's own reader, where it takes the text as it stands. */
export function naiveUrl(text: string): { scheme: string; host: string; path: string } | null {
	if (!/^(https?|wss?|ftp):\/\/[^\s\\@]+$/i.test(text) || !URL.canParse(text)) return null;
	const url = new URL(text);
	const host = url.hostname.replace(/^\[|\]$/g, "");
	if (!host.includes(".") && !host.includes(":")) return null;
	return { scheme: url.protocol.slice(0, -1), host, path: url.pathname };
}

/** Nanoseconds since 1970 of a time or a date. */
export function naiveInstant(text: string): bigint | null {
	const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d))?$/i.exec(text);
	if (match === null) return null;
	const [, date, time = "00:00:00", fraction = "", zone = "Z"] = match;
	const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
	if (Number.isNaN(ms) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date) return null;
	return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** An IP address as its bits, those of IPv4 inside IPv6 as IPv4. */
export function naiveIp(text: string): { bits: string } | null {
	const inner = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text);
	const plain = inner?.[1] ?? text;
	if (plain.includes(".")) {
		const octets = plain.split(".");
		const isOctet = (octet: string) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256;
		if (octets.length !== 4 || !octets.every(isOctet)) return null;
		return { bits: octets.map((octet) => Number(octet).toString(2).padStart(8, "0")).join("") };
	}
	if (!/^[0-9a-f:]+$/i.test(plain) || !URL.canParse(`http://[${plain}]/`)) return null;
	const [head = "", tail] = plain.split("::");
	const left = head === "" ? [] : head.split(":");
	const right = tail === undefined || tail === "" ? [] : tail.split(":");
	const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill("0"), ...right];
	return { bits: groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("") };
}

export function naiveInRange(address: { bits: string }, range: string): boolean {
	const [base, prefix] = range.split("/") as [string, string];
	const other = naiveIp(base);
	const bits = base.includes(":") && other?.bits.length === 32 ? Number(prefix) - 96 : Number(prefix);
	return other?.bits.length === address.bits.length && address.bits.startsWith(other.bits.slice(0, bits));
}

/** Letter by letter, so that no letter's neighbour matters; the dotted capital I is an i. */
export function naiveFold(text: string): string {
	return [...text].map((letter) => (letter === "\u0130" ? "i" : letter.toLowerCase())).join("");
}

/** By the definition, in exponential time. */
export function naiveGlob(pattern: string, text: string): boolean {
	if (pattern === "") return text === "";
	const [first, ...rest] = [...pattern] as [string, ...string[]];
	const [head, ...tail] = [...text];
	if (first === "*") return naiveGlob(rest.join(""), text) || (head !== undefined && naiveGlob(pattern, tail.join("")));
	return head !== undefined && (first === "?" || first === head) && naiveGlob(rest.join(""), tail.join(""));
}
