/** A compiled condition with its lists put in and `contains_all` taken apart, so that equal things look alike. */
import type { Json } from "../../contract/json.ts";
import type { CompiledCondition, CompiledRole, CompiledTest, ListReference } from "../compiled-role.ts";
import { OPERATORS } from "../operators/registry.ts";
import { readsOfField } from "./reads.ts";

/** The items of a list of the workspace; null where they are not at hand. */
export type ListItemsOf = (reference: ListReference) => readonly Json[] | null;

/** Rewrites a condition to one that always comes out the same. What is not known here stays as it is. */
export function plainCondition(condition: CompiledCondition, role: CompiledRole, itemsOf: ListItemsOf): CompiledCondition {
	if ("all" in condition) return { all: condition.all.map((child) => plainCondition(child, role, itemsOf)) };
	if ("any" in condition) return { any: condition.any.map((child) => plainCondition(child, role, itemsOf)) };
	if ("not" in condition) return { not: plainCondition(condition.not, role, itemsOf) };
	if ("each" in condition) return { ...condition, of: plainCondition(condition.of, role, itemsOf) };
	return "op" in condition ? plainTest(condition, role, itemsOf) : condition;
}

function plainTest(test: CompiledTest, role: CompiledRole, itemsOf: ListItemsOf): CompiledCondition {
	const { list, ...rest } = test;
	const held = list === undefined ? undefined : role.lists?.[list];
	const items = held === undefined || Array.isArray(held) ? held : itemsOf(held);
	const read = Array.isArray(items) ? readItems(rest, items) : null;
	const plain = read === null ? test : { ...rest, operand: read };
	const { operand } = plain;
	// Of a list that no schema declares, a number is part of no text: there the parts do not come out as the whole does.
	const isPlain = plain.whole === true || (Array.isArray(operand) && operand.every((one) => typeof one === "string"));
	if (plain.op !== "contains_all" || !Array.isArray(operand) || !isPlain || plain.other !== undefined) return plain;
	return { all: operand.map((one) => ({ ...plain, op: "contains", operand: one })) };
}

/** A list is read where it is taken: as domains, as addresses, as ranges. */
function readItems(test: CompiledTest, items: Json[]): Json | null {
	const reads = readsOfField(test.field).as;
	const read = OPERATORS.get(test.op)?.readOperand(items, { reads, types: null, counter: false, list: test.whole === true });
	return read?.ok === true ? read.operand : null;
}
