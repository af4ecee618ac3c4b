/**
 * How many rounds of a property are tried: all of them with HIVEKEY_LAW_SHARE=1, as CI does; fewer where a person waits.
 * @param whole - rounds of the whole run
 */
export function rounds(whole: number): number {
	return Math.ceil(whole * Number(process.env["HIVEKEY_LAW_SHARE"] ?? 0.4));
}
