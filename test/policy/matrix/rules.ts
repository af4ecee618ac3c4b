/**
 * What the matrix expects, written down by hand from the language's design (docs/policy.md, "What is missing never helps" and
 * "Lists"), as data and four short rules. Nothing of the engine is imported here: this is one of the three readings that the matrix
 * compares, beside the naive evaluator and the engine.
 */
import type { ReasonCode } from "../../../src/contract/codes.ts";
import type { Effect } from "../../../src/contract/verdict.ts";

/** What `when` comes to: true, false, indeterminate. */
export type Cell = "T" | "F" | "?";

/** What the call has in the field: one value or none; or, in a field that is a list, several or none. */
export const SITUATIONS = {
	passes: { one: "passes" },
	fails: { one: "fails" },
	missing: { one: "missing" },
	"wrong type": { one: "wrong" },
	null: { one: "null" },
	"empty text": { one: "empty" },
	"list, all pass": { many: ["passes", "passes"] },
	"list, one passes": { many: ["passes", "fails"] },
	"list, none passes": { many: ["fails", "fails"] },
	"list, passes + wrong": { many: ["passes", "wrong"] },
	"list, fails + wrong": { many: ["fails", "wrong"] },
	"list, passes + null": { many: ["passes", "null"] },
	"empty list": { many: [] },
	"no list": { many: null },
	"empty list, allow_empty": { many: [], allowEmpty: true },
	"no list, allow_empty": { many: null, allowEmpty: true },
} as const satisfies Record<string, { one: Given } | { many: Given[] | null; allowEmpty?: true }>;
export type Given = "passes" | "fails" | "missing" | "wrong" | "null" | "empty";
export type Situation = keyof typeof SITUATIONS;
export const SITUATION_NAMES = Object.keys(SITUATIONS) as Situation[];

/** By situation: where every value must pass, and where one suffices. */
type Rules = Record<Situation, readonly [every: Cell, one: Cell]>;

/** "Tested value by value": one that fails objects to all, one that passes vouches for one, one that cannot be told does neither. */
const VALUE_BY_VALUE: Rules = {
	passes: ["T", "T"],
	fails: ["F", "F"],
	missing: ["?", "?"],
	"wrong type": ["?", "?"],
	null: ["?", "?"],
	"empty text": ["?", "?"],
	"list, all pass": ["T", "T"],
	"list, one passes": ["F", "T"],
	"list, none passes": ["F", "F"],
	"list, passes + wrong": ["?", "T"],
	"list, fails + wrong": ["F", "?"],
	"list, passes + null": ["?", "T"],
	"empty list": ["?", "F"],
	"no list": ["?", "F"],
	"empty list, allow_empty": ["T", "F"],
	"no list, allow_empty": ["T", "F"],
};

/** What is asked for is whether a value is there: none is an answer. A null or an empty text is neither there nor missing. */
const PRESENCE: Rules = {
	...VALUE_BY_VALUE,
	missing: ["F", "F"],
	"empty list": ["F", "F"],
	"no list": ["F", "F"],
	"empty list, allow_empty": ["F", "F"],
	"no list, allow_empty": ["F", "F"],
};

/** Membership: a list is looked at as a whole, and what is in it is in it, whatever else is. */
const MEMBERSHIP: Rules = {
	...VALUE_BY_VALUE,
	"list, one passes": ["T", "T"],
	"list, passes + wrong": ["T", "T"],
	"list, fails + wrong": ["?", "?"],
	"list, passes + null": ["T", "T"],
};

/**
 * The negation of membership, in everything: where every value must pass, none may be the operand, so that an empty list passes; and
 * where one suffices an empty list is as indeterminate as it is for membership where every value must pass.
 */
const NO_MEMBERSHIP: Rules = {
	...VALUE_BY_VALUE,
	"list, one passes": ["F", "F"],
	"list, passes + wrong": ["?", "?"],
	"list, fails + wrong": ["F", "F"],
	"list, passes + null": ["?", "?"],
	"empty list": ["T", "?"],
	"no list": ["T", "?"],
	"empty list, allow_empty": ["T", "F"],
	"no list, allow_empty": ["T", "F"],
};

export const FAMILIES = {
	"value by value": VALUE_BY_VALUE,
	presence: PRESENCE,
	membership: MEMBERSHIP,
	"no membership": NO_MEMBERSHIP,
};
export type Family = keyof typeof FAMILIES;

/** Where a condition stands, besides what it asks. */
export interface Standing {
	not: boolean;
	match: "any" | "all" | null;
	effect: Effect;
	otherwise: Effect;
}

/** Every pair of two different sides. Those whose `otherwise` is what it is when left out come first. */
export const SIDES: { effect: Effect; otherwise: Effect; isDefault: boolean }[] = [
	{ effect: "allow", otherwise: "deny", isDefault: true },
	{ effect: "deny", otherwise: "allow", isDefault: true },
	{ effect: "review", otherwise: "allow", isDefault: true },
	{ effect: "allow", otherwise: "review", isDefault: false },
	{ effect: "deny", otherwise: "review", isDefault: false },
	{ effect: "review", otherwise: "deny", isDefault: false },
];
export const MATCHES = [null, "any", "all"] as const;
export const NEGATIONS = [false, true] as const;

/** From the laxest to the strictest. */
const STRICTNESS: Effect[] = ["allow", "review", "deny"];

/** Rule one: every value must pass if `effect` is the less strict side; the choice flips under `not`; `match` overrides both. */
function everyMustPass({ not, match, effect, otherwise }: Standing): boolean {
	if (match !== null) return match === "all";
	const effectIsLaxer = STRICTNESS.indexOf(effect) < STRICTNESS.indexOf(otherwise);
	return effectIsLaxer !== not;
}

/** Rule two: Kleene's `not`. */
export const OPPOSITE: Record<Cell, Cell> = { T: "F", F: "T", "?": "?" };

export function wantedCell(family: Family, situation: Situation, standing: Standing): Cell {
	const [every, one] = FAMILIES[family][situation];
	const cell = everyMustPass(standing) ? every : one;
	return standing.not ? OPPOSITE[cell] : cell;
}

/** Rule three: true takes `effect`, false `otherwise`, indeterminate the stricter of the two. */
export function wantedVerdict(cell: Cell, { effect, otherwise }: Pick<Standing, "effect" | "otherwise">): Effect {
	if (cell !== "?") return cell === "T" ? effect : otherwise;
	return STRICTNESS.indexOf(effect) > STRICTNESS.indexOf(otherwise) ? effect : otherwise;
}

/** Rule four: an allow has no reason code; any other says whether the guard knew. */
export function wantedReasonCode(cell: Cell, verdict: Effect): ReasonCode | null {
	if (verdict === "allow") return null;
	if (cell === "?") return "guard_indeterminate";
	return verdict === "deny" ? "guard_denied" : "guard_review";
}
