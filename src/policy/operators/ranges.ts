/** What cidr and not_cidr share: addresses against ranges of them. A text that is no address is indeterminate. */
import type { Json } from "../../contract/json.ts";
import { type IpRange, isInRange, readIpAddress, readIpRange } from "../ip-address.ts";
import { takeWork } from "../work.ts";
import type { Check, OperandResult, Target } from "./operator.ts";
import { readEach } from "./texts.ts";

/** Reads a range, or a list of them. */
export function readRanges(operand: Json, target: Target): OperandResult {
	if (Array.isArray(operand)) return readEach(operand, target, readRange);
	const read = readRange(operand);
	return read.ok ? { ok: true, operand: [read.operand] } : read;
}

function readRange(operand: Json): OperandResult {
	if (typeof operand === "string" && readIpRange(operand) !== null) return { ok: true, operand };
	const isAddress = typeof operand === "string" && readIpAddress(operand) !== null;
	return {
		ok: false,
		code: "not_a_range",
		message: isAddress
			? `one address alone is written \`${operand}/${operand.includes(":") ? 128 : 32}\``
			: "a range such as 10.0.0.0/8 or 2001:db8::/32 should stand here, with no bits beyond its prefix",
	};
}

/** What it costs to read an address, and to compare it with a range. */
const ADDRESS_STEPS = 60;
const RANGE_STEPS = 4;

/** Makes the test whether an address lies in one of the ranges. */
export function inRanges(operand: Json): Check {
	const ranges = (operand as string[]).map((text) => readIpRange(text) as IpRange);
	return (value, work) => {
		if (work !== undefined && !takeWork(work, ADDRESS_STEPS + ranges.length * RANGE_STEPS)) return null;
		const address = typeof value === "string" ? readIpAddress(value) : null;
		return address === null ? null : ranges.some((range) => isInRange(address, range));
	};
}
