/** Budgets add up exactly: decimals against whole numbers of units. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDecimals, compareDecimals, decimalOf, subtractDecimals } from "../../src/policy/decimal.ts";

const SCALE = 30;
/** A decimal as a whole number of units of ten to the minus 30. */
function unitsOf(text: string): bigint {
	const [whole = "", fraction = ""] = text.replace("-", "").split(".");
	const units = BigInt(whole + fraction.padEnd(SCALE, "0"));
	return text.startsWith("-") ? -units : units;
}

const amount = fc.oneof(
	fc.nat().map(String),
	fc.tuple(fc.nat(), fc.stringMatching(/^[0-9]{0,9}[1-9]$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
	fc.constantFrom("0", "0.1", "0.2", "999999999999999999999999999999", `0.${"0".repeat(29)}1`),
);

describe("for all amounts", () => {
	test("a sum is exact, and in its shortest form", () => {
		fc.assert(
			fc.property(amount, amount, (left, right) => {
				const sum = addDecimals(left, right);
				expect(unitsOf(sum)).toBe(unitsOf(left) + unitsOf(right));
				expect(sum).toMatch(/^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
				expect(addDecimals(right, left)).toBe(sum);
			}),
			{ numRuns: 2_000 },
		);
	});

	test("a difference is exact, and negative where less is left than nothing", () => {
		fc.assert(
			fc.property(amount, amount, (left, right) => {
				expect(unitsOf(subtractDecimals(left, right))).toBe(unitsOf(left) - unitsOf(right));
				expect(subtractDecimals(addDecimals(left, right), right)).toBe(addDecimals(left, "0"));
			}),
			{ numRuns: 2_000 },
		);
	});

	test("their order is that of their units, with a minus before either", () => {
		const signed = fc.tuple(amount, fc.boolean()).map(([text, minus]) => (minus && text !== "0" ? `-${text}` : text));
		fc.assert(
			fc.property(signed, signed, (left, right) => {
				const [a, b] = [unitsOf(left), unitsOf(right)];
				expect(Math.sign(compareDecimals(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
			}),
			{ numRuns: 2_000 },
		);
	});

	test("the order in which many are added changes nothing", () => {
		fc.assert(
			fc.property(fc.array(amount, { minLength: 1, maxLength: 20 }), (amounts) => {
				const sum = amounts.reduce(addDecimals);
				expect(amounts.toReversed().reduce(addDecimals, "0")).toBe(addDecimals(sum, "0"));
			}),
		);
	});
});

describe("a number as a decimal", () => {
	test("denotes what its shortest spelling denotes, or is none", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.double({ noNaN: true }),
					fc.integer(),
					fc.nat({ max: 1_000 }).map((n) => n / 100),
				),
				(value) => {
					const decimal = decimalOf(value);
					if (decimal === null) {
						expect(value < 0 || value >= 1e30 || !Number.isFinite(value) || /e-|\.\d{16,}/.test(String(value))).toBe(true);
						return;
					}
					expect(Number(decimal)).toBe(value === 0 ? 0 : value);
					expect(decimal).toMatch(/^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
					expect(decimal.replace(".", "").replace(/^0+|0+$/g, "").length).toBeLessThanOrEqual(17);
				},
			),
			{ numRuns: 5_000 },
		);
	});

	test.each([
		[0, "0"],
		[-0, "0"],
		[0.1, "0.1"],
		[1e-7, "0.0000001"],
		[1.5e-7, "0.00000015"],
		[1e21, "1000000000000000000000"],
		[1.5e21, "1500000000000000000000"],
		[9e29, `9${"0".repeat(29)}`],
		[1e30, null],
		[1e-30, `0.${"0".repeat(29)}1`],
		[1e-31, null],
		[5e-324, null],
		[Number.MAX_VALUE, null],
		[-1, null],
		[-1e-9, null],
		[Number.NaN, null],
		[Number.POSITIVE_INFINITY, null],
	])("%d is %s", (value, wanted) => {
		expect(decimalOf(value)).toBe(wanted);
	});

	test("ten times a tenth is one, and a third tenth makes no fourth", () => {
		expect(new Array(10).fill("0.1").reduce(addDecimals)).toBe("1");
		expect(addDecimals("0.1", "0.2")).toBe("0.3");
		expect(compareDecimals(addDecimals("0.1", "0.2"), "0.3")).toBe(0);
	});
});
