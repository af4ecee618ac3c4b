/** The operator of a test as a closure; one long list is read once, however many tests take it. */
import type { Json } from "../contract/json.ts";
import type { CompiledField, CompiledReadField, CompiledTest } from "./compiled-role.ts";
import type { RoleLoading } from "./deciding.ts";
import { DERIVED_FIELDS } from "./fields/derived.ts";
import type { LoadedOperator, Operator, Target } from "./operators/operator.ts";

/** How the texts of a field are compared. */
export function readsOf(field: CompiledReadField | { from: "rate" }): Target["reads"] {
	if (field.from !== "input") return "plain";
	if (field.derived !== undefined) return DERIVED_FIELDS.get(field.derived)?.operands ?? "plain";
	return field.reads ?? "plain";
}

/** Whether among its plain texts there may be addresses, in their canonical form. */
export function mayHoldAddresses(field: CompiledField): boolean {
	return field.from === "input" && field.addresses === true;
}

/** Loads the operator of a test; null if its operand is a list that is not at hand. */
export function loadOperator(test: CompiledTest, operator: Operator, { operators, lists }: RoleLoading): LoadedOperator | null {
	const reads = readsOf(test.field);
	const key =
		test.list === undefined
			? test
			: [test.list, test.op, reads, mayHoldAddresses(test.field), test.ci === true, test.whole === true].join(" ");
	let loaded = operators.get(key);
	if (loaded === undefined) {
		const operand = test.list === undefined ? test.operand : listOperand(test, operator, reads, lists);
		loaded = operand === null && test.list !== undefined ? null : tryLoad(operator, operand, reads, test.ci === true);
		operators.set(key, loaded);
	}
	return loaded;
}

/** Null for an operand that another version made, and this one cannot read. */
function tryLoad(operator: Operator, operand: Json, reads: Target["reads"], ci: boolean): LoadedOperator | null {
	try {
		return operator.load(operand, reads, ci);
	} catch {
		return null;
	}
}

function listOperand(test: CompiledTest, operator: Operator, reads: Target["reads"], lists: RoleLoading["lists"]): Json {
	const items = lists.get(test.list as string);
	if (items === undefined) return null;
	const addresses = mayHoldAddresses(test.field);
	const read = operator.readOperand(items as Json[], {
		reads,
		types: null,
		counter: false,
		list: test.whole === true,
		addresses,
		lower: addresses && test.ci !== true,
	});
	return read.ok ? read.operand : null;
}

/** The operator with one value of the call as its operand; null if the value is none that could be one. */
export function withOperand(
	operator: Operator,
	value: Json,
	reads: Target["reads"],
	ci: boolean,
	whole: boolean,
): LoadedOperator | null {
	// A text of the call's is never a pattern: `*.acme.com` as an operand would be all its subdomains.
	if (value === null || ((reads === "domain" || reads === "host") && typeof value === "string" && value.includes("*")))
		return null;
	const read = operator.readOperand(value, { reads, types: null, counter: false, list: whole });
	return read.ok ? operator.load(read.operand, reads, ci) : null;
}
