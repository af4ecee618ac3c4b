/** Tests between two constants, which are known before any call. */
import type { Scalar } from "../../contract/role-document.ts";

/**
 * What a comparison of constants comes to, by CEL's rules; null where it is none that CEL's checker accepts (`1 == "a"`), or
 * none that this language has (an order of texts).
 */
export function foldComparison(left: Scalar, op: string, right: Scalar): boolean | null {
	if (typeof left !== typeof right) return null;
	if (op === "eq") return left === right;
	if (op === "ne") return left !== right;
	if (typeof left !== "number" || typeof right !== "number") return null;
	switch (op) {
		case "lt":
			return left < right;
		case "lte":
			return left <= right;
		case "gt":
			return left > right;
		default:
			return left >= right;
	}
}
