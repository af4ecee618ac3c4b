/** What became of a guard, in words. */
import type { Json } from "../../contract/json.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { CompiledCondition, CompiledGuard, CompiledRole, CompiledTest } from "../compiled-role.ts";
import { type ListItemsOf, plainCondition } from "./plain-tests.ts";
import { shortText } from "./trial.ts";

/** More changes than this are not told one by one. */
const CHANGES_MAX = 4;
const VALUES_MAX = 5;

export interface Side {
	role: CompiledRole;
	/** Its guards on the action. */
	guards: CompiledGuard[];
	itemsOf: ListItemsOf;
}

/** `guard daily-volume-cap is gone`. */
export function guardChange(guard: CompiledGuard, before: CompiledRole, after: Side): string {
	const name = `guard ${guard.id}`;
	const heir = after.guards.find(({ id }) => id === guard.id);
	if (heir === undefined)
		return after.role.guards.some(({ id }) => id === guard.id) ? `${name} no longer applies to it` : `${name} is gone`;
	if (heir.mode === "shadow") return `${name} is in shadow mode and no longer applied`;
	const changes = [...effectChanges(guard, heir), ...conditionChanges(guard, before, heir, after)];
	if (before.timezone !== after.role.timezone) changes.push(`time zone ${before.timezone} -> ${after.role.timezone}`);
	if (canonicalJson(guard.actions) !== canonicalJson(heir.actions)) changes.push("it counts other actions");
	if (changes.length === 0) return `${name} stays`;
	return `${name}: ${changes.join(", ")}`;
}

function effectChanges(before: CompiledGuard, after: CompiledGuard): string[] {
	const changes: string[] = [];
	for (const key of ["effect", "otherwise"] as const)
		if (before[key] !== after[key]) changes.push(`${key} ${before[key]} -> ${after[key]}`);
	if (before.review === undefined || after.review === undefined) return changes;
	for (const key of ["approvals", "expires_ms", "self_approval"] as const) {
		const name = key === "expires_ms" ? "expires" : key;
		const words = (value: number | boolean) => (key === "expires_ms" ? `${Number(value) / 60_000}m` : String(value));
		if (before.review[key] !== after.review[key])
			changes.push(`review ${name} ${words(before.review[key])} -> ${words(after.review[key])}`);
	}
	// Of self-approvals that are both refused, one may be refused without exception.
	const [wasOnly, isOnly] = [before.review.others_only === true, after.review.others_only === true];
	if (before.review.self_approval === after.review.self_approval && wasOnly !== isOnly)
		changes.push(wasOnly ? "review self_approval false -> left out" : "review self_approval left out -> false");
	return changes;
}

function conditionChanges(before: CompiledGuard, role: CompiledRole, after: CompiledGuard, side: Side): string[] {
	const then = plainCondition(before.when, role, side.itemsOf);
	const now = plainCondition(after.when, side.role, side.itemsOf);
	const changes = testChanges(then, now);
	return changes === null || changes.length > CHANGES_MAX ? ["its condition is another"] : changes;
}

/** What changed in the tests of two conditions of one shape; null if they have none in common. */
function testChanges(before: CompiledCondition, after: CompiledCondition): string[] | null {
	if (canonicalJson(before as unknown as Json) === canonicalJson(after as unknown as Json)) return [];
	if ("op" in before && "op" in after) return testChange(before, after);
	if ("not" in before && "not" in after) return testChanges(before.not, after.not);
	const children =
		("all" in before && "all" in after && [before.all, after.all]) ||
		("any" in before && "any" in after && [before.any, after.any]);
	if (!children) return null;
	const [then, now] = children as [CompiledCondition[], CompiledCondition[]];
	if (then.length !== now.length) return null;
	const changes = then.map((one, index) => testChanges(one, now[index] as CompiledCondition));
	return changes.includes(null) ? null : (changes as string[][]).flat();
}

function testChange(before: CompiledTest, after: CompiledTest): string[] | null {
	if (before.field.text !== after.field.text) return null;
	const field = before.field.text;
	if (before.list !== after.list || before.list !== undefined)
		return [`${field} ${before.op} ${operandText(before)} -> ${operandText(after)}`];
	if (before.op === after.op && Array.isArray(before.operand) && Array.isArray(after.operand) && before.op !== "between") {
		const [then, now] = [before.operand, after.operand];
		const [wereThere, areThere] = [new Set(then), new Set(now)];
		const added = now.filter((value) => !wereThere.has(value));
		const removed = then.filter((value) => !areThere.has(value));
		const lists = [
			...(added.length > 0 ? [`gains ${listed(added)}`] : []),
			...(removed.length > 0 ? [`loses ${listed(removed)}`] : []),
		];
		if (lists.length > 0) return [`${field} ${before.op} ${lists.join(" and ")}`];
	}
	if (before.op !== after.op || canonicalJson(before.operand) !== canonicalJson(after.operand)) {
		const op = before.op === after.op ? "" : `${after.op} `;
		return [`${field} ${before.op} ${shortText(before.operand)} -> ${op}${shortText(after.operand)}`];
	}
	return [`${field} ${before.op} is tested in another way`];
}

function operandText({ list, operand }: CompiledTest): string {
	return list === undefined ? shortText(operand) : `list ${list}`;
}

function listed(values: Json[]): string {
	const some = values.slice(0, VALUES_MAX).map(shortText).join(", ");
	return values.length > VALUES_MAX ? `${some} and ${values.length - VALUES_MAX} more` : some;
}
