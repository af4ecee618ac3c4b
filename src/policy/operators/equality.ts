/**
 * What eq, ne, in and not_in share: whether a value is one of the operands. Domains are compared exactly, `*.acme.com` names
 * every subdomain. Two addresses (or local parts) that differ in case only may be one mailbox or two, RFC 5321 section 2.4
 * leaves it to their server: that is indeterminate, so that case neither opens an allowlist nor slips through a blocklist.
 */
import type { Json } from "../../contract/json.ts";
import { readDomain } from "../domain-name.ts";
import { isLocalPart, readEmailAddress } from "../email-address.ts";
import { foldCase, foldWithin } from "../fold-case.ts";
import { readHost } from "../url.ts";
import type { Check, LoadedOperator, OperandResult, Target } from "./operator.ts";

/** Reads one operand: a text, number, boolean or null that the field can be equal to. */
export function readScalar(operand: Json, target: Target): OperandResult {
	if (target.counter) return readCount(operand);
	if (typeof operand === "object" && operand !== null)
		return refuse("operand_type", "a text, a number, true, false or null should stand here");
	if (operand === "")
		return refuse("empty_operand", "nothing equals an empty text, which is indeterminate; test `.length` instead");
	if (target.reads !== "plain") return readText(operand, target.reads);
	const type = operand === null ? "null" : typeof operand;
	if (target.types !== null && !target.types.has(type))
		return refuse("operand_type", `the field is ${[...target.types].join(" or ")}, this is ${type}`);
	const address = target.addresses === true && typeof operand === "string" ? readEmailAddress(operand) : null;
	return { ok: true, operand: address?.address ?? operand };
}

function readText(operand: Json, reads: Exclude<Target["reads"], "plain">): OperandResult {
	if (typeof operand !== "string") return refuse("operand_type", "a text should stand here");
	if (reads === "local")
		return isLocalPart(operand)
			? { ok: true, operand }
			: refuse("not_a_local_part", "no address has this before its @; what stands after it is not part of it");
	if (reads === "email") {
		// An asterisk is a letter of addresses (RFC 5322 `atext`), and whoever writes one here means something else.
		if (operand.includes("*")) return refuse("not_an_address", "an address has no wildcards; test `.domain` for a whole domain");
		const address = readEmailAddress(operand);
		return address === null
			? refuse("not_an_address", "this is no bare address such as jordan@acme.com; put the bare address")
			: { ok: true, operand: address.address };
	}
	if (reads === "scheme")
		return /^[A-Za-z][A-Za-z0-9+.-]*$/.test(operand)
			? { ok: true, operand: operand.toLowerCase() }
			: refuse("not_a_scheme", "this is no scheme such as https; it stands without `://`");
	const wild = operand.startsWith("*.");
	if (reads === "host" && !wild) {
		const host = readHost(operand);
		if (host !== null) return { ok: true, operand: host };
		return refuse("not_a_host", "this is no host such as acme.com, *.acme.com, 192.0.2.1 or 2001:db8::1 in its shortest form");
	}
	const domain = readDomain(wild ? operand.slice(2) : operand);
	if (domain === null) return refuse("not_a_domain", "this is no domain such as acme.com, nor *.acme.com for its subdomains");
	return { ok: true, operand: wild ? `*.${domain}` : domain };
}

function readCount(operand: Json): OperandResult {
	return typeof operand === "number" && Number.isSafeInteger(operand) && operand >= 0
		? { ok: true, operand }
		: refuse("operand_type", "a whole number, zero or more, should stand here");
}

/** Reads a list of operands, sorted out of doubles. */
export function readScalars(operand: Json, target: Target): OperandResult {
	if (!Array.isArray(operand)) return refuse("operand_type", "a list should stand here, in [brackets] or one a line");
	if (operand.length === 0) return refuse("empty_operand", "an empty list holds for nothing");
	const operands = new Set<Json>();
	for (const [index, one] of operand.entries()) {
		const read = readScalar(one, target);
		if (!read.ok) return { ...read, path: `[${index}]` };
		operands.add(read.operand);
	}
	return { ok: true, operand: [...operands] };
}

function refuse(code: string, message: string): OperandResult {
	return { ok: false, code, message };
}

/** Makes the test whether a value is one of the operands, with `ci` in whatever case. */
export function oneOf(operands: Json[], reads: Target["reads"], ci: boolean): Check {
	if (reads === "domain" || reads === "host") return domainCheck(domainSet(operands as string[]));
	if (ci) {
		const either = oneOf(operands.map(foldText), "plain", false);
		return (value, work) => {
			const inOneCase = typeof value === "string" ? foldWithin(value, work) : value;
			return inOneCase === null && value !== null ? null : either(inOneCase);
		};
	}
	const exact = new Set<Json>(operands);
	const types = new Set(operands.map(typeOf));
	if (reads === "plain") return (value) => (types.has(typeOf(value)) ? exact.has(value) : null);
	const folded = new Set(operands.map((operand) => String(operand).toLowerCase()));
	return (value) => {
		if (typeof value !== "string") return null;
		return exact.has(value) ? true : folded.has(value.toLowerCase()) ? null : false;
	};
}

/** Loads `eq` and `in` (`member`), or `ne` and `not_in`. */
export function membership(operands: Json[], reads: Target["reads"], ci: boolean, member: boolean): LoadedOperator {
	const signed = (check: Check) => (member ? check : negate(check));
	if (reads !== "domain" && reads !== "host") return { check: signed(oneOf(operands, reads, ci)) };
	const set = domainSet(operands as string[]);
	return { check: signed(domainCheck(set)), domains: { set, member } };
}

function domainCheck(set: DomainSet): Check {
	return (value) => (typeof value === "string" ? hasDomain(set, value) : null);
}

/** Domains to compare with: those that are named, and those whose subdomains are. */
export interface DomainSet {
	exact: ReadonlySet<string>;
	parents: ReadonlySet<string>;
}

function domainSet(operands: string[]): DomainSet {
	const parents = operands.filter((operand) => operand.startsWith("*.")).map((operand) => operand.slice(2));
	return { exact: new Set(operands), parents: new Set(parents) };
}

/** Whether a domain is one of them. */
export function hasDomain({ exact, parents }: DomainSet, domain: string): boolean {
	if (exact.has(domain)) return true;
	if (parents.size === 0) return false;
	for (let dot = domain.indexOf("."); dot !== -1; dot = domain.indexOf(".", dot + 1))
		if (parents.has(domain.slice(dot + 1))) return true;
	return false;
}

function foldText(value: Json): Json {
	return typeof value === "string" ? foldCase(value) : value;
}

function typeOf(value: Json): string {
	return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** The opposite test; what cannot be tested stays so. */
export function negate(check: Check): Check {
	return (value, work) => {
		const outcome = check(value, work);
		return outcome === null ? null : !outcome;
	};
}
