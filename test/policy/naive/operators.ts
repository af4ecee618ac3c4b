/** What an operator makes of one value, in the plainest reading. */
import type { Json } from "../../../src/contract/json.ts";
import type { Kind } from "./fields.ts";
import { both, either, opposite, type Truth } from "./kleene.ts";
import { naiveAddress, naiveDomain, naiveFold, naiveGlob, naiveInRange, naiveInstant, naiveIp } from "./texts.ts";
import { MISSING, type Value, type WRONG } from "./world.ts";

export function testValue(op: string, value: Value, operand: Json, kind: Kind, ci: boolean): Truth {
	if (op === "exists") return value === MISSING ? operand === false : value === null || isNone(value) ? null : operand === true;
	if (isNone(value)) return null;
	const operands = Array.isArray(operand) ? operand : [operand];
	switch (op) {
		case "eq":
		case "in":
			return member(value, operands, kind, ci);
		case "ne":
		case "not_in":
			return opposite(member(value, operands, kind, ci));
		case "lt":
			return ofNumbers(value, operand, (a, b) => a < b);
		case "lte":
			return ofNumbers(value, operand, (a, b) => a <= b);
		case "gt":
			return ofNumbers(value, operand, (a, b) => a > b);
		case "gte":
			return ofNumbers(value, operand, (a, b) => a >= b);
		case "between":
			return both([
				ofNumbers(value, operands[0] as Json, (a, b) => a >= b),
				ofNumbers(value, operands[1] as Json, (a, b) => a <= b),
			]);
		case "starts_with":
			return ofTexts(value, operands, kind, ci, (text, part) => text.startsWith(part), either);
		case "ends_with":
			return ofTexts(value, operands, kind, ci, (text, part) => text.endsWith(part), either);
		case "contains":
		case "contains_any":
			return ofTexts(value, operands, kind, ci, (text, part) => text.includes(part), either);
		case "contains_all":
			return ofTexts(value, operands, kind, ci, (text, part) => text.includes(part), both);
		case "glob":
			return ofTexts(value, operands, kind, ci, (text, pattern) => naiveGlob(pattern, text), either);
		case "matches":
			return matches(value, operand as string, kind, ci);
		case "before":
		case "after": {
			const [left, right] = [typeof value === "string" ? naiveInstant(value) : null, naiveInstant(operand as string)];
			return left === null || right === null ? null : op === "before" ? left < right : left > right;
		}
		case "cidr":
		case "not_cidr": {
			const address = typeof value === "string" ? naiveIp(value) : null;
			if (address === null) return null;
			return operands.some((range) => naiveInRange(address, range as string)) === (op === "cidr");
		}
		default:
			throw new Error(`no naive reading of ${op}`);
	}
}

/** Whether a value of the call could stand where an author writes an operand. */
export function canBeOperand(op: string, value: Value, kind: Kind, isList: boolean): boolean {
	if (isNone(value) || value === null || typeof value === "object") return false;
	if (["lt", "lte", "gt", "gte"].includes(op)) return typeof value === "number";
	if (op === "before" || op === "after") return typeof value === "string" && naiveInstant(value) !== null;
	if (op.endsWith("_with") || (op.includes("contains") && !isList && typeof value === "string")) return typeof value === "string";
	if (kind === "plain") return true;
	if (typeof value !== "string") return false;
	if (kind === "email") return naiveAddress(value) !== null && !value.includes("*");
	return kind === "domain" ? naiveDomain(value) !== null : true;
}

function isNone(value: Value): value is typeof MISSING | typeof WRONG | "" {
	return typeof value === "symbol" || value === "";
}

function ofNumbers(value: Value, operand: Json, holds: (a: number, b: number) => boolean): Truth {
	return typeof value === "number" && Number.isFinite(value) && typeof operand === "number" ? holds(value, operand) : null;
}

/** Whether a value is one of the operands. */
export function member(value: Value, operands: Json[], kind: Kind, ci: boolean): Truth {
	if (isNone(value)) return null;
	if (kind === "plain") {
		const typeOf = (one: Json) => (one === null ? "null" : Array.isArray(one) ? "list" : typeof one);
		if (!operands.some((one) => typeOf(one) === typeOf(value as Json))) return null;
		const fold = (one: Json) => (ci && typeof one === "string" ? naiveFold(one) : one);
		return operands.some((one) => fold(one) === fold(value as Json));
	}
	if (typeof value !== "string") return null;
	const texts = operands.map((one) => canonical(String(one), kind));
	if (kind === "domain" || kind === "host")
		return texts.some((one) => (one.startsWith("*.") ? value.endsWith(one.slice(1)) : value === one));
	if (ci) return texts.some((one) => naiveFold(one) === naiveFold(value));
	// Two spellings in other case may be one mailbox or two.
	return texts.includes(value) ? true : texts.some((one) => one.toLowerCase() === value.toLowerCase()) ? null : false;
}

function canonical(text: string, kind: Kind): string {
	if (kind === "domain" || kind === "host" || kind === "scheme") return text.toLowerCase();
	const address = kind === "email" ? naiveAddress(text) : null;
	return address === null ? text : `${address.local}@${address.domain}`;
}

function ofTexts(
	value: Value,
	parts: Json[],
	kind: Kind,
	ci: boolean,
	has: (text: string, part: string) => boolean,
	combined: (truths: Truth[]) => Truth,
): Truth {
	if (typeof value !== "string" || !parts.every((part) => typeof part === "string")) return null;
	return combined(
		(parts as string[]).map((part): Truth => {
			const folded = has(naiveFold(value), naiveFold(part));
			if (ci || kind === "domain" || kind === "host" || kind === "scheme") return folded;
			if (has(value, kind === "email" ? lowerDomain(part) : part)) return true;
			return kind !== "plain" && folded ? null : false;
		}),
	);
}

/** A part of an address: what stands from the `@` on is a domain, which has no case. */
function lowerDomain(part: string): string {
	const at = part.lastIndexOf("@");
	return at === -1 ? part : part.slice(0, at) + part.slice(at).toLowerCase();
}

/** With the platform's own engine: the patterns of the laws mean the same to it. */
function matches(value: Value, pattern: string, kind: Kind, ci: boolean): Truth {
	if (typeof value !== "string" || new TextEncoder().encode(value).length > 4_096) return null;
	const exact = new RegExp(pattern, "u").test(value);
	const folded = new RegExp(pattern, "iu").test(naiveFold(value));
	if (ci || kind === "domain" || kind === "host" || kind === "scheme") return folded;
	return kind === "plain" || exact === folded ? exact : null;
}
