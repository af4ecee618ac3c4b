/** Texts that stand for all IP addresses where they are compared with ranges: the first address of every stretch between two ends. */
import { type IpRange, readIpRange } from "../ip-address.ts";

const GROUP_BITS = 16n;
const GROUP_MASK = 0xffffn;
/** The first address after those that are IPv4 inside IPv6, which none of these stretches has in it. */
const AFTER_MAPPED = 0x1_0000_0000_0000n;

/** @returns the spellings of one address a stretch, the plainest first */
export function addressSamples(operands: string[]): string[][] {
	const ranges = operands.map(readIpRange).filter((range) => range !== null);
	return [2, 8].flatMap((groups) => {
		const ends = new Set<bigint>(groups === 8 ? [0n, AFTER_MAPPED] : [0n]);
		const all = 1n << (BigInt(groups) * GROUP_BITS);
		for (const range of ranges) {
			if (range.groups.length !== groups) continue;
			const start = numberOf(range);
			const size = 1n << BigInt(groups * 16 - range.bits);
			ends.add(start);
			if (start + size < all) ends.add(start + size);
		}
		return [...ends]
			.map((first) => (groups === 2 ? ipv4Spellings(first) : ipv6Spellings(first)))
			.filter((spellings) => spellings.length > 0);
	});
}

function numberOf({ groups }: IpRange): bigint {
	return groups.reduce((number, group) => (number << GROUP_BITS) | BigInt(group), 0n);
}

function ipv4Spellings(address: bigint): string[] {
	const octets = [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join(".");
	return [octets, `::ffff:${octets}`, `0::ffff:${octets}`];
}

function ipv6Spellings(address: bigint): string[] {
	const groups = Array.from({ length: 8 }, (_, index) => Number((address >> (BigInt(7 - index) * GROUP_BITS)) & GROUP_MASK));
	const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
	if (isMapped) return [];
	const hex = groups.map((group) => group.toString(16));
	return [
		hex.join(":"),
		hex.map((group) => group.padStart(4, "0")).join(":"),
		hex.map((group) => group.padStart(3, "0")).join(":"),
	];
}
