/** Which parts of a JSON answer the agent sees: `id`, `owner.login`, `items[].id`. Lists on the way are gone through, brackets or not. */
import type { Json } from "../../contract/json.ts";

/** A set of paths as a tree: what is asked for below each key. `true` is everything there. */
type Wanted = Map<string, Wanted> | true;

/** Keeps only what the paths name. */
export function keepFields(value: Json, paths: readonly string[]): Json {
	return keep(value, treeOf(paths));
}

/** Takes away what the paths name. */
export function hideFields(value: Json, paths: readonly string[]): Json {
	return hide(value, treeOf(paths));
}

function treeOf(paths: readonly string[]): Wanted {
	const root: Map<string, Wanted> = new Map();
	for (const path of paths) {
		let at = root;
		const steps = path
			.replaceAll("[]", "")
			.split(".")
			.filter((step) => step !== "");
		if (steps.length === 0) return true;
		for (const [index, step] of steps.entries()) {
			const there = at.get(step);
			if (there === true) break;
			if (index === steps.length - 1) at.set(step, true);
			else {
				const next = there ?? new Map<string, Wanted>();
				at.set(step, next);
				at = next;
			}
		}
	}
	return root;
}

function keep(value: Json, wanted: Wanted): Json {
	if (wanted === true) return value;
	if (Array.isArray(value)) return value.map((one) => keep(one, wanted));
	if (typeof value !== "object" || value === null) return null;
	// As entries: a key `__proto__` stays a key.
	const kept = [...wanted].filter(([key]) => Object.hasOwn(value, key));
	return Object.fromEntries(kept.map(([key, inner]) => [key, keep(value[key] as Json, inner)]));
}

function hide(value: Json, unwanted: Wanted): Json {
	if (unwanted === true) return null;
	if (Array.isArray(value)) return value.map((one) => hide(one, unwanted));
	if (typeof value !== "object" || value === null) return value;
	const left = Object.entries(value).filter(([key]) => unwanted.get(key) !== true);
	return Object.fromEntries(left.map(([key, inner]) => [key, hideBelow(inner, unwanted.get(key))]));
}

function hideBelow(value: Json, unwanted: Wanted | undefined): Json {
	return unwanted === undefined ? value : hide(value, unwanted);
}
