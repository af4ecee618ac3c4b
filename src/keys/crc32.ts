/** CRC-32 (IEEE 802.3, as in zip) of ASCII text: lets a scanner tell a token from chance text without asking anybody. */
import { BASE62 } from "../contract/ids.ts";

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	return c >>> 0;
});

/** How many characters {@link crc32Base62} gives. */
export const CRC_LENGTH = 6;

/** The checksum as six base62 characters, most significant first. */
export function crc32Base62(text: string): string {
	let crc = 0xffffffff;
	for (let i = 0; i < text.length; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(i)) & 0xff] as number);
	let rest = (crc ^ 0xffffffff) >>> 0;
	let out = "";
	for (let i = 0; i < CRC_LENGTH; i++) {
		out = BASE62[rest % 62] + out;
		rest = Math.floor(rest / 62);
	}
	return out;
}
