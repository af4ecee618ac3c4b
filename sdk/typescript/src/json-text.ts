/** JSON that says what it was given: a number that JSON cannot carry is an error, not a silent null. */

/** @throws TypeError for NaN, an infinity, a bigint, a cycle */
export function jsonText(value: unknown): string {
	return JSON.stringify(value, (key, item) => {
		if (typeof item === "number" && !Number.isFinite(item)) {
			throw new TypeError(`${key === "" ? "The input" : JSON.stringify(key)} is ${item}, which JSON cannot carry.`);
		}
		return item;
	});
}
