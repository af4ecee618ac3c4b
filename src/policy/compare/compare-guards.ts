/** The guards of one action, before and after: which of the earlier ones nothing stands in for any more. */

import type { Json } from "../../contract/json.ts";
import type { Effect } from "../../contract/verdict.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { CompiledGuard, CompiledRole } from "../compiled-role.ts";
import { type Formula, lenientFormula } from "./claims.ts";
import { areAsStrict } from "./laxer.ts";
import { matched } from "./matching.ts";
import { type ListItemsOf, plainCondition } from "./plain-tests.ts";
import { type OpenCase, prove } from "./prove.ts";
import type { Slots } from "./slots.ts";

/** A guard as it is compared. */
export interface GuardForm {
	guard: CompiledGuard;
	/** Two guards of one form take the same on every call. */
	form: string;
	/** When it takes less than deny, and less than review. */
	lenient: Record<"deny" | "review", Formula>;
	asks: boolean;
	/** Names all that it looks at among the slots, whether its formulas were asked for or not. */
	name(): void;
}

/** An earlier guard that is not replaced, and a case in which it may be missed; null where there were too many cases. */
export interface Loss {
	guard: CompiledGuard;
	open: OpenCase | null;
}

/** Reads the guards of one action. Shadow guards take nothing and are left out. Formulas are made when they are asked for. */
export function guardForms(guards: CompiledGuard[], role: CompiledRole, slots: Slots, itemsOf: ListItemsOf): GuardForm[] {
	return guards
		.filter(({ mode }) => mode !== "shadow")
		.map((guard): GuardForm => {
			let lenient: GuardForm["lenient"] | null = null;
			return {
				name() {
					void this.lenient;
				},
				guard,
				form: formOf(guard, role),
				asks: takes(guard, "review"),
				get lenient() {
					lenient ??= lenientOf({ ...guard, when: plainCondition(guard.when, role, itemsOf) }, role, slots);
					return lenient;
				},
			};
		});
}

function lenientOf(guard: CompiledGuard, role: CompiledRole, slots: Slots): GuardForm["lenient"] {
	const lenientTo = (level: "deny" | "review") => lenientFormula(guard, level, (leaf) => slots.name(leaf, guard, role));
	return { deny: lenientTo("deny"), review: lenientTo("review") };
}

/** A guard stands under many actions, and is spelled out once. */
const FORMS = new WeakMap<CompiledGuard, string>();

function formOf(guard: CompiledGuard, role: CompiledRole): string {
	let form = FORMS.get(guard);
	if (form === undefined) {
		const { id: _id, reason: _reason, ...rest } = guard;
		form = canonicalJson([rest, role.name, role.timezone, listsTaken(guard, role)] as unknown as Json);
		FORMS.set(guard, form);
	}
	return form;
}

/** Its lists, for what they hold counts and not what they are called. */
function listsTaken(guard: CompiledGuard, { lists }: CompiledRole): Json {
	return lists !== undefined && JSON.stringify(guard.when).includes('"list":"') ? (lists as unknown as Json) : null;
}

function takes({ effect, otherwise }: CompiledGuard, wanted: Effect): boolean {
	return effect === wanted || otherwise === wanted;
}

/** Whether no call is let pass or held, by one guard or another. */
export function deniesAll(forms: GuardForm[], slots: Slots): boolean {
	return prove(
		forms.map(({ lenient }) => lenient.deny),
		[],
		slots,
	).proven;
}

/**
 * The earlier guards that are not replaced. What one denied must be denied by the later ones together; what one held must be held,
 * or denied, by a guard of its own on terms that are as strict.
 */
export function lostGuards(before: GuardForm[], after: GuardForm[], slots: Slots): Loss[] {
	const kept = new Set(after.map(({ form }) => form));
	const changed = before.filter(({ form }) => !kept.has(form));
	const losses = new Map<CompiledGuard, Loss>();
	for (const earlier of changed) {
		const proof = proveDenied(earlier, after, slots);
		if (!proof.proven) losses.set(earlier.guard, { guard: earlier.guard, open: proof.open });
	}
	for (const loss of lostReviews(before, after, slots)) if (!losses.has(loss.guard)) losses.set(loss.guard, loss);
	return [...losses.values()];
}

/** That whatever passes the later guards would not have been denied by the earlier one. */
function proveDenied(earlier: GuardForm, after: GuardForm[], slots: Slots) {
	const goal = [earlier.lenient.deny];
	const heirs = after.filter(({ guard }) => guard.id === earlier.guard.id);
	const quick = prove(
		heirs.map(({ lenient }) => lenient.deny),
		goal,
		slots,
	);
	if (quick.proven) return quick;
	const joint = prove(
		after.map(({ lenient }) => lenient.deny),
		goal,
		slots,
	);
	// With too many cases for all of them together, the case that the heirs leave open is one to try.
	return joint.proven || joint.open !== null ? joint : quick;
}

function lostReviews(before: GuardForm[], after: GuardForm[], slots: Slots): Loss[] {
	const all = before.filter(({ asks }) => asks);
	const [asking, heirs] = withoutTwins(all, after);
	if (asking.length === 0) return [];
	const passed = after.map(({ lenient }) => lenient.deny);
	const opens = new Map<GuardForm, OpenCase | null>();
	const replaces = (earlier: GuardForm, later: GuardForm): boolean => {
		if (earlier.form === later.form) return true;
		if (!areTermsKept(earlier.guard, later.guard)) return false;
		const proof = prove([...passed, later.lenient.review], [earlier.lenient.review], slots);
		if (!proof.proven && (later.guard.id === earlier.guard.id || !opens.has(earlier))) opens.set(earlier, proof.open);
		return proof.proven;
	};
	// The same guard first, then one of the same name: most are found without a proof.
	const likely = (earlier: GuardForm) => [...heirs].sort((a, b) => likeness(b, earlier) - likeness(a, earlier));
	const pairs = matched(asking, likely, replaces);
	return asking
		.filter((earlier) => !pairs.has(earlier) && !prove(passed, [earlier.lenient.review], slots).proven)
		.map((earlier) => ({ guard: earlier.guard, open: opens.get(earlier) ?? openWithout(earlier, passed, slots) }));
}

/** What is left where each guard that stays as it is has stood in for itself. */
function withoutTwins(before: GuardForm[], after: GuardForm[]): [GuardForm[], GuardForm[]] {
	const left = [...after];
	const changed = before.filter(({ form }) => {
		const twin = left.findIndex((later) => later.form === form);
		if (twin !== -1) left.splice(twin, 1);
		return twin === -1;
	});
	return [changed, left.filter(({ guard }) => guard.effect !== "allow" || guard.otherwise !== "allow")];
}

function likeness(later: GuardForm, earlier: GuardForm): number {
	return (later.form === earlier.form ? 2 : 0) + (later.guard.id === earlier.guard.id ? 1 : 0);
}

/** A guard that only denies holds nothing on laxer terms. */
function areTermsKept(earlier: CompiledGuard, later: CompiledGuard): boolean {
	if (!takes(later, "review")) return true;
	return later.review !== undefined && earlier.review !== undefined && areAsStrict(later.review, earlier.review);
}

function openWithout(earlier: GuardForm, passed: Formula[], slots: Slots): OpenCase | null {
	const proof = prove(passed, [earlier.lenient.review], slots);
	return proof.proven ? null : proof.open;
}
