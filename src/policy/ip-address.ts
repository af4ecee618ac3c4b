/**
 * IP addresses and their ranges, in the one spelling on which all parsers agree: four decimal numbers without leading zeros, or
 * RFC 4291's groups without a zone. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
 */

/** Groups of 16 bits: two of IPv4, eight of IPv6. */
export type IpAddress = readonly number[];

export interface IpRange {
	groups: IpAddress;
	bits: number;
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
/** The longest text that is an address. */
const MAX = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

/** Reads an address; null if the text is none. */
export function readIpAddress(text: string): IpAddress | null {
	if (text.length > MAX) return null;
	const groups = text.includes(":") ? readIpv6(text) : readIpv4(text);
	return groups !== null && isMapped(groups) ? groups.slice(6) : groups;
}

/** The one text of an IPv6 address, RFC 5952: lower case, no leading zeros, `::` for the longest run of two zero groups or more. */
export function ipv6Text(groups: IpAddress): string {
	let best = { start: -1, length: 1 };
	for (let i = 0; i < groups.length; i++) {
		let end = i;
		while (groups[end] === 0) end++;
		if (end - i > best.length) best = { start: i, length: end - i };
	}
	const hex = (from: number, to?: number) =>
		groups
			.slice(from, to)
			.map((group) => group.toString(16))
			.join(":");
	return best.start === -1 ? hex(0) : `${hex(0, best.start)}::${hex(best.start + best.length)}`;
}

/** Reads a range such as `10.0.0.0/8`; null if the text is none, or has bits beyond its prefix. */
export function readIpRange(text: string): IpRange | null {
	const [address, prefix, ...rest] = text.split("/");
	if (address === undefined || prefix === undefined || rest.length > 0 || !PREFIX.test(prefix) || address.length > MAX)
		return null;
	const groups = address.includes(":") ? readIpv6(address) : readIpv4(address);
	const bits = Number(prefix);
	if (groups === null || bits > groups.length * 16) return null;
	if (groups.some((group, index) => (group & ~mask(bits, index)) !== 0)) return null;
	// The prefix of a mapped one covers the `ffff` before the IPv4 address: else it would have bits beyond it.
	return isMapped(groups) ? { groups: groups.slice(6), bits: bits - 96 } : { groups, bits };
}

/** Whether an address lies in a range. No IPv4 address lies in a range of IPv6, however wide. */
export function isInRange(address: IpAddress, { groups, bits }: IpRange): boolean {
	if (address.length !== groups.length) return false;
	return address.every((group, index) => (group & mask(bits, index)) === groups[index]);
}

/** The bits of one group that a prefix covers. */
function mask(bits: number, index: number): number {
	const covered = Math.min(16, Math.max(0, bits - index * 16));
	return (0xffff << (16 - covered)) & 0xffff;
}

function isMapped(groups: IpAddress): boolean {
	return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

function readIpv4(text: string): number[] | null {
	const octets = text.split(".");
	if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) return null;
	const [a, b, c, d] = octets.map(Number) as [number, number, number, number];
	return [a * 256 + b, c * 256 + d];
}

function readIpv6(text: string): number[] | null {
	const halves = text.split("::");
	if (halves.length > 2) return null;
	const head = readGroups(halves[0] as string, halves.length === 1);
	if (halves.length === 1) return head?.length === 8 ? head : null;
	const tail = readGroups(halves[1] as string, true);
	if (head === null || tail === null || head.length + tail.length > 7) return null;
	return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** @param isEnd - the text ends here, where an IPv4 address may stand for the last two groups */
function readGroups(text: string, isEnd: boolean): number[] | null {
	if (text === "") return [];
	const groups: number[] = [];
	const parts = text.split(":");
	for (const [index, part] of parts.entries()) {
		const ipv4 = isEnd && index === parts.length - 1 && part.includes(".") ? readIpv4(part) : null;
		if (ipv4 !== null) groups.push(...ipv4);
		else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
		else return null;
	}
	return groups;
}
