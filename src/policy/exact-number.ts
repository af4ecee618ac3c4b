/**
 * Numbers as they were written. A double is taken only where its shortest spelling denotes exactly the decimal in the
 * text: 0.1 is, 9007199254740993 and 1e400 are not, so that no reader down the line can understand another number.
 */

/**
 * Reads the spelling of a JSON number.
 * @param text - matches the grammar of RFC 8259 section 6
 * @returns the double, minus zero as zero; null if no double denotes exactly this decimal
 */
export function readExactNumber(text: string): number | null {
	const value = Number(text);
	if (!Number.isFinite(value)) return null;
	const written = decimalOf(text);
	if (written.digits === "") return 0;
	if (value === 0) return null;
	const read = decimalOf(String(value));
	return written.digits === read.digits && written.exponent === read.exponent ? value : null;
}

/** A decimal without its sign: 0.digits times ten to the exponent, with no zero at either end of the digits. */
function decimalOf(text: string): { digits: string; exponent: number } {
	let end = text.length;
	let exponent = 0;
	for (let i = 0; i < text.length; i++) {
		if (text[i] === "e" || text[i] === "E") {
			exponent = Number(text.slice(i + 1));
			end = i;
			break;
		}
	}
	const mantissa = text.slice(text[0] === "-" ? 1 : 0, end);
	const dot = mantissa.indexOf(".");
	const whole = dot === -1 ? mantissa : mantissa.slice(0, dot);
	const all = dot === -1 ? mantissa : whole + mantissa.slice(dot + 1);
	let first = 0;
	while (all[first] === "0") first++;
	let last = all.length;
	while (last > first && all[last - 1] === "0") last--;
	return { digits: all.slice(first, last), exponent: exponent + whole.length - first };
}
