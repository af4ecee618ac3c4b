/** One action, before and after: what more of it passes, or may. */
import type { CompiledAction, CompiledGuard, CompiledRole } from "../compiled-role.ts";
import type { LoadedRole } from "../load-role.ts";
import { takesNoMore } from "./compare-definitions.ts";
import { deniesAll, guardForms, type Loss, lostGuards } from "./compare-guards.ts";
import type { ComparisonReason } from "./comparison.ts";
import { guardChange } from "./describe-change.ts";
import { trialSentence } from "./describe-trial.ts";
import { directedTrials, type Field, randomTrials } from "./find-trials.ts";
import { isLaxer } from "./laxer.ts";
import type { ListItemsOf } from "./plain-tests.ts";
import { sampleInput } from "./sample-input.ts";
import { createSlots } from "./slots.ts";
import { type Trial, verdictOn } from "./trial.ts";

export interface Roles {
	before: CompiledRole;
	after: CompiledRole;
	/** What the workspace's lists hold. */
	itemsOf: ListItemsOf;
	/** As closures, for calls to be tried on; null where a list is not at hand. */
	loaded(): { before: LoadedRole; after: LoadedRole } | null;
}

/** Compares what the roles say of one action that the later one grants. */
export function compareAction(action: string, roles: Roles): ComparisonReason[] {
	const after = roles.after.actions[action] as CompiledAction;
	const before = Object.hasOwn(roles.before.actions, action) ? (roles.before.actions[action] as CompiledAction) : null;
	const slots = createSlots(after.definition);
	const [earlier, later] = [guardsOf(before, roles.before), guardsOf(after, roles.after)];
	const then = guardForms(earlier, roles.before, slots, roles.itemsOf);
	const now = guardForms(later, roles.after, slots, roles.itemsOf);
	if (before === null) return deniesAll(now, slots) ? [] : [{ action, guard: null, why: `grants ${action}`, sure: true }];
	const reasons = definitionReasons(action, before, after, roles);
	const losses = lostGuards(then, now, slots);
	if (losses.length === 0) return reasons;
	// All that guards look at may have to be chosen, also of those that stay.
	for (const form of [...then, ...now]) form.name();
	const field: Field = {
		action,
		plain: sampleInput(after.definition.input_schema),
		full: sampleInput(after.definition.input_schema, true),
		slots,
		conditions: [...then, ...now].map(({ guard }) => guard.when),
	};
	const found = foundTrials(losses, field, roles);
	const words = (guard: CompiledGuard) =>
		guardChange(guard, roles.before, { role: roles.after, guards: later, itemsOf: roles.itemsOf });
	const guards = new Map(
		[...then.map(({ guard }) => guard), ...losses.map(({ guard }) => guard)].map((guard) => [guard.id, guard]),
	);
	for (const [id, sentence] of found) {
		const guard = guards.get(id);
		reasons.push({ action, guard: id, why: guard === undefined ? sentence : `${words(guard)}; ${sentence}`, sure: true });
	}
	for (const { guard, open } of losses) {
		if (found.has(guard.id)) continue;
		const why = open === null ? "there are too many cases to tell whether more passes" : "nobody can tell whether more passes";
		reasons.push({ action, guard: guard.id, why: `${words(guard)}; ${why}`, sure: false });
	}
	return reasons;
}

function guardsOf(action: CompiledAction | null, role: CompiledRole): CompiledGuard[] {
	return (action?.guards ?? []).flatMap((index) => role.guards[index] ?? []);
}

/** For as many lost guards as can be a call that passes now, by the guard's name. */
function foundTrials(losses: Loss[], field: Field, roles: Roles): Map<string, string> {
	const found = new Map<string, string>();
	const loaded = roles.loaded();
	if (loaded === null) return found;
	const { before, after } = loaded;
	const tryOut = (trial: Trial, id: string | null): boolean => {
		const now = verdictOn(trial, after);
		if (now.verdict === "deny") return false;
		const then = verdictOn(trial, before);
		if (!isLaxer(now, then)) return false;
		const name = id ?? then.matched_guard;
		if (name !== null && !found.has(name)) found.set(name, trialSentence(trial, then, now));
		return true;
	};
	for (const { guard, open } of losses) {
		if (open === null || found.has(guard.id)) continue;
		for (const trial of directedTrials(open, field)) if (tryOut(trial, guard.id)) break;
	}
	if (losses.some(({ guard }) => !found.has(guard.id))) for (const trial of randomTrials(field)) tryOut(trial, null);
	return found;
}

/** What the action's own definition takes more of. */
function definitionReasons(action: string, before: CompiledAction, after: CompiledAction, roles: Roles): ComparisonReason[] {
	if (takesNoMore(before.definition, after.definition)) return [];
	const unsure = `${action} is defined in another way by its connector; nobody can tell whether it takes more`;
	const loaded = roles.loaded();
	if (loaded === null) return [{ action, guard: null, why: unsure, sure: false }];
	const { before: then, after: now } = loaded;
	const facts = { now: 0, agent: { name: "agent", labels: {} }, request: {}, digest: () => "" };
	const schema = after.definition.input_schema;
	const plain = sampleInput(schema);
	const full = sampleInput(schema, true);
	const inputs = [plain, full, ...Object.keys(full).map((name) => ({ ...plain, [name]: full[name] ?? null }))];
	for (const input of inputs) {
		const trial: Trial = { action, input, facts, history: [], sum: "0", words: Object.keys(input) };
		const [earlier, later] = [verdictOn(trial, then), verdictOn(trial, now)];
		if (earlier.reason_code === "invalid_input" && isLaxer(later, earlier))
			return [
				{
					action,
					guard: null,
					why: `${action} takes input that it refused before; ${trialSentence(trial, earlier, later)}`,
					sure: true,
				},
			];
	}
	return [{ action, guard: null, why: unsure, sure: false }];
}
