/** Domain names as addresses carry them: ASCII labels of letters, digits and inner hyphens, RFC 1035 section 2.3.1. */

export const DOMAIN_MAX = 253;

/** Whether a part of a text, from `from` to its end, is a domain: at least two labels, of which the last begins with a letter. */
export function isDomainAt(text: string, from: number): boolean {
	if (text.length - from > DOMAIN_MAX) return false;
	let labels = 0;
	let start = from;
	for (let i = from; i <= text.length; i++) {
		const unit = i === text.length ? 0x2e : text.charCodeAt(i);
		if (unit === 0x2e) {
			if (i === start || i - start > 63 || text.charCodeAt(start) === 0x2d || text.charCodeAt(i - 1) === 0x2d) return false;
			labels++;
			start = i + 1;
		} else if (!isLetterDigitHyphen(unit)) return false;
	}
	// A last label of digits, or of `0x` and more of them, would make the name an IPv4 address to most resolvers.
	return labels >= 2 && !isDigit(text.charCodeAt(text.lastIndexOf(".") + 1));
}

/** Reads a domain: lower-cased, or null if the text is none. */
export function readDomain(text: string): string | null {
	return isDomainAt(text, 0) ? text.toLowerCase() : null;
}

function isLetterDigitHyphen(unit: number): boolean {
	return (unit >= 0x61 && unit <= 0x7a) || isDigit(unit) || unit === 0x2d || (unit >= 0x41 && unit <= 0x5a);
}

function isDigit(unit: number): boolean {
	return unit >= 0x30 && unit <= 0x39;
}
