/**
 * Where the gateway may send something: https, to a host of the public internet. An address that is one of a private network, of the
 * machine itself or of a cloud's metadata is refused in every spelling, unless the operator has named it. What is checked is the very
 * URL object that is then fetched, so that no second parser can see another host in it.
 */
import { type IpAddress, type IpRange, isInRange, readIpAddress, readIpRange } from "../policy/ip-address.ts";

export interface OutboundPolicy {
	/** Private networks that may be reached all the same, also without TLS. */
	allowed: readonly IpRange[];
}

export type Destination = { ok: true; url: URL } | { ok: false; why: string };

/** Not of the public internet: IANA's special-purpose registries of IPv4 and IPv6, and multicast. */
const PRIVATE = [
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.31.196.0/24",
	"192.52.193.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"192.175.48.0/24",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/3",
	"::/3",
	"2001::/23",
	"2001:db8::/32",
	"2002::/16",
	"3fff::/20",
	"4000::/2",
	"8000::/1",
].map((text) => readIpRange(text) as IpRange);

/** Names that lead into a network of one's own, whoever resolves them (RFC 6761, 6762, 8375, and the clouds' own). */
const PRIVATE_NAMES =
	/(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|onion)$/;

/**
 * Reads a URL and says whether it may be fetched.
 * @param text - a whole URL
 */
export function destinationOf(text: string, policy: OutboundPolicy): Destination {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return { ok: false, why: "this is no URL" };
	}
	if (url.username !== "" || url.password !== "") return { ok: false, why: "a URL with a user in it is not fetched" };
	const host = hostOf(url);
	const address = readIpAddress(host);
	const allowed = address !== null && policy.allowed.some((range) => isInRange(address, range));
	if (url.protocol !== "https:" && !(url.protocol === "http:" && allowed)) return { ok: false, why: "only https is fetched" };
	if (allowed) return { ok: true, url };
	if (address === null ? isPrivateName(host) : isPrivateAddress(address))
		return { ok: false, why: `${host} is an address of a private network: the gateway's operator has not allowed it` };
	return { ok: true, url };
}

/** The URL parser has brought odd spellings of addresses (`0x7f.1`, `2130706433`, fullwidth digits) into their one form. */
function hostOf(url: URL): string {
	return url.hostname
		.replace(/^\[|\]$/g, "")
		.replace(/\.$/, "")
		.toLowerCase();
}

function isPrivateName(host: string): boolean {
	return !host.includes(".") || PRIVATE_NAMES.test(host);
}

function isPrivateAddress(address: IpAddress): boolean {
	return PRIVATE.some((range) => isInRange(address, range));
}

/**
 * The networks of the configuration: `127.0.0.0/8,::1/128`.
 * @returns null if one of them is none
 */
export function readNetworks(text: string): IpRange[] | null {
	const ranges = text
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "")
		.map(readIpRange);
	return ranges.every((range) => range !== null) ? ranges : null;
}
