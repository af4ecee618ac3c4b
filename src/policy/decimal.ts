/** Exact decimals, zero or more, as texts: `12.5`. Budgets add up without a double's rounding. */

/** Digits before and after the point; what has more is no amount. */
const WHOLE_DIGITS = 30;
const FRACTION_DIGITS = 30;
const NUMBER = /^([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/;

/** An amount is `units` times ten to the minus `scale`. */
interface Decimal {
	units: bigint;
	scale: number;
}

/** A number as the decimal that its shortest spelling denotes; null if it is negative, not finite, or has too many digits. */
export function decimalOf(value: number): string | null {
	const match = NUMBER.exec(String(value));
	if (match === null) return null;
	const [, whole = "", fraction = "", exponent = "0"] = match;
	const scale = fraction.length - Number(exponent);
	if (scale > FRACTION_DIGITS || whole.length + Number(exponent) > WHOLE_DIGITS) return null;
	return textOf(
		scale < 0
			? { units: BigInt(whole + fraction) * 10n ** BigInt(-scale), scale: 0 }
			: { units: BigInt(whole + fraction), scale },
	);
}

/** The sum of two decimals. */
export function addDecimals(left: string, right: string): string {
	const [a, b, scale] = aligned(left, right);
	return textOf({ units: a + b, scale });
}

/** What is left of a decimal; negative results start with `-`. */
export function subtractDecimals(left: string, right: string): string {
	const [a, b, scale] = aligned(left, right);
	return a < b ? `-${textOf({ units: b - a, scale })}` : textOf({ units: a - b, scale });
}

/** Less than zero if `left` is the smaller one. Either may start with `-`. */
export function compareDecimals(left: string, right: string): number {
	const [a, b] = aligned(left, right);
	return a < b ? -1 : a > b ? 1 : 0;
}

function aligned(left: string, right: string): [bigint, bigint, number] {
	const a = read(left);
	const b = read(right);
	const scale = Math.max(a.scale, b.scale);
	return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

function read(text: string): Decimal {
	const dot = text.indexOf(".");
	if (dot === -1) return { units: BigInt(text), scale: 0 };
	return { units: BigInt(text.slice(0, dot) + text.slice(dot + 1)), scale: text.length - dot - 1 };
}

function textOf({ units, scale }: Decimal): string {
	if (scale === 0) return units.toString();
	const digits = units.toString().padStart(scale + 1, "0");
	const fraction = digits.slice(-scale).replace(/0+$/, "");
	const whole = digits.slice(0, -scale);
	return fraction === "" ? whole : `${whole}.${fraction}`;
}
