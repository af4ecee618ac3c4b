import * as z from "zod";

/** A whole number in decimal digits, as a query carries it: nothing else that JavaScript would take for one. */
export function queryInteger(least: number, most: number) {
	return z
		.string()
		.regex(/^(0|[1-9][0-9]{0,14})$/, "a whole number in decimal digits")
		.transform(Number)
		.pipe(z.int().min(least).max(most));
}

/** `limit` and `cursor`, as every list takes them. */
export const pageQuery = z.strictObject({
	limit: queryInteger(1, 200).default(50),
	cursor: z.string().max(512).nullable().default(null),
});
