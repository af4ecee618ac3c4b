/** Generated conditions on the two actions of the laws: every operator on every kind of field, so that all of them compile. */
import fc from "fast-check";
import { ACTIONS, type LawAction, PARCEL, type Sort } from "./laws-fields.ts";
import { COVERS } from "./naive/places.ts";
import type { Condition, Test } from "./naive/world.ts";

const GLOBS = ["a*", "?", "*B", "?b*"];
/** Where texts are whole addresses, or any: nothing else has an @ in it. */
const ADDRESS_GLOBS = [...GLOBS, "*@acme.com"];
const PATTERNS = ["^a", "b$", "^[^A-Z]+$", "a|e@"];
const often = <T>(value: fc.Arbitrary<T>, weight: number) => fc.option(value, { nil: undefined, freq: weight });

function without(test: Record<string, unknown>): Test {
	return Object.fromEntries(Object.entries(test).filter(([, value]) => value !== undefined)) as Test;
}

/** One operator with its operand. */
function operation(sort: Sort, field: string, others: string[]): fc.Arbitrary<Record<string, unknown>> {
	const { constants, list, ops } = sort;
	const one = fc.constantFrom(...constants);
	const many = fc.subarray(constants as string[], { minLength: 1 });
	const other = fc.constantFrom(...others).map((text) => ({ field: text }));
	const named = list === undefined ? many : fc.constant({ list });
	const isAlike = sort.alike === true && others.length > 0;
	const plain = one.filter((constant) => typeof constant !== "string" || !constant.startsWith("*."));
	const alike = (operand: fc.Arbitrary<unknown>) => (isAlike ? fc.oneof({ arbitrary: operand, weight: 3 }, other) : operand);
	const make = (names: string[], operand: fc.Arbitrary<unknown>) =>
		fc.tuple(fc.constantFrom(...names), operand).map(([name, value]) => ({ [name]: value }));
	const equality = [make(["eq", "ne"], alike(one)), make(["in", "not_in"], alike(fc.oneof(many, named)))];
	const exists = field.startsWith("time.") ? [] : [make(["exists"], fc.boolean())];
	switch (ops) {
		case "equality":
			return fc.oneof(...equality, ...exists);
		case "numbers": {
			const order = make(["lt", "lte", "gt", "gte"], alike(one));
			const between = make(
				["between"],
				fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(1, 2.5)).filter(() => !field.startsWith("time.")),
			);
			const inList = /^(weights)$/.test(field)
				? [make(["contains", "not_contains"], one), make(["contains_any", "contains_all"], many)]
				: [];
			return fc.oneof(...equality, order, ...(field.startsWith("time.") ? [] : [between]), ...exists, ...inList);
		}
		case "instants":
			return fc.oneof(make(["before", "after"], alike(one)), ...exists);
		case "addresses":
			return fc.oneof(make(["cidr", "not_cidr"], fc.oneof(one, many, named)), ...exists);
		case "texts":
			return fc.oneof(
				...equality,
				...exists,
				make(["starts_with", "ends_with"], alike(fc.oneof(plain, many))),
				make(["contains", "not_contains"], alike(plain)),
				make(["contains_any", "contains_all"], alike(many)),
				make(["glob"], fc.constantFrom(...(/\.(local|domain|host|scheme)$/.test(field) ? GLOBS : ADDRESS_GLOBS))),
				make(["matches"], fc.constantFrom(...PATTERNS)),
			);
	}
}

const FOLDING = [
	"eq",
	"ne",
	"in",
	"not_in",
	"starts_with",
	"ends_with",
	"contains",
	"not_contains",
	"contains_any",
	"contains_all",
	"glob",
	"matches",
];

function testOf(sort: Sort, field: string, others: string[]): fc.Arbitrary<Test> {
	const fallbacks = sort.constants.filter((constant) => typeof constant !== "string" || !/[*]|RIVAL|FTP|\//.test(constant));
	return fc
		.record({
			operation: operation(sort, field, others),
			fallback:
				fallbacks.length === 0
					? fc.constant(undefined)
					: often(fc.oneof(fc.constantFrom(...fallbacks), fc.constant(fallbacks.slice(0, 2))), 5),
			allow_empty: often(fc.boolean(), 4),
			match: often(fc.constantFrom("all", "any"), 6),
			ci: often(fc.boolean(), 3),
		})
		.map(({ operation: made, fallback, ci, ...options }) => {
			const [name] = Object.keys(made) as [string];
			const isInput = !/^(agent|request|time)\./.test(field);
			return without({
				field,
				...made,
				...options,
				ci: FOLDING.includes(name) ? ci : undefined,
				default: name === "exists" || !isInput || fallbacks.length === 0 ? undefined : fallback,
			});
		});
}

/** Neither many lists nor what covers the field itself can stand on the other side. */
function canStandBeside(field: string, other: string): boolean {
	const rootOf = (text: string) => text.replace(/^input\./, "").split(/[.[]/)[0] as string;
	const covered = Object.values(COVERS).flatMap((covers) => covers[rootOf(other)] ?? []);
	return other !== "parts[].tags.count" && !covered.includes(rootOf(field));
}

function leavesOf(sorts: Sort[], where: "fields" | "inner"): fc.Arbitrary<Condition> {
	return fc.oneof(
		...sorts.flatMap((sort) =>
			sort[where].map((field) =>
				testOf(
					sort,
					field,
					sort[where].filter((other) => canStandBeside(field, other)),
				),
			),
		),
	);
}

const WINDOWS = ["per_minute", "per_hour", "per_day"];
const SUMS: Record<LawAction, string[]> = {
	"mail.send": ["to.count", "cc.count"],
	"shop.parcel.send": ["weight", "weights", "parts[].price", "receivers.count", "parts.count"],
};
const BYS: Record<LawAction, string[]> = {
	"mail.send": ["role", "to", "to.domain", "cc", "subject"],
	"shop.parcel.send": ["role", "receivers", "receivers.local", "sender.domain", "service", "agent.name", "request.ip"],
};

export function counterOf(action: LawAction): fc.Arbitrary<Condition> {
	const compared = fc.oneof(
		fc.tuple(fc.constantFrom("lt", "lte", "gt", "gte", "eq", "ne"), fc.integer({ min: 0, max: 4 })),
		fc.tuple(fc.constantFrom("in", "not_in"), fc.constantFrom([1, 2], [3])),
		fc.constant(["between", [1, 3]] as [string, number[]]),
	);
	const by = often(fc.constantFrom(...BYS[action]), 1);
	const rates = fc
		.tuple(fc.constantFrom(...WINDOWS), compared, by)
		.map(([window, [op, operand], counted]) => without({ field: `rate.${window}`, [op]: operand, by: counted }));
	const sums = fc
		.tuple(fc.constantFrom(...SUMS[action]), fc.constantFrom(...WINDOWS), compared, by, often(fc.constantFrom(0, 0.1), 4))
		.map(([summed, window, [op, operand], counted, fallback]) =>
			without({
				field: `sum.${summed}.${window}`,
				[op]: typeof operand === "number" ? operand + 0.3 : operand,
				by: counted,
				default: fallback,
			}),
		);
	return fc.oneof(rates, sums);
}

const TIMES = ["00:00", "02:30", "09:00", "17:00", "22:00", "24:00"];
const during = fc
	.record({
		days: often(fc.constantFrom("mon-fri", "sat-mon", "sun", "mon, wed-thu"), 2),
		range: often(
			fc
				.tuple(fc.constantFrom(...TIMES), fc.constantFrom(...TIMES))
				.filter(([from, to]) => from !== to && !(from === "24:00" && to === "00:00")),
			3,
		),
	})
	.filter(({ days, range }) => days !== undefined || range !== undefined)
	.map(({ days, range }): Condition => ({ during: without({ days, from: range?.[0], to: range?.[1] }) as object }));

/** Conditions on the elements of a list. */
function ofElements(lists: string[], inner: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
	return fc
		.tuple(fc.constantFrom(...lists), fc.constantFrom("every", "some", "none"), inner, often(fc.boolean(), 3))
		.map(([field, word, condition, allow]) => without({ field, [word]: condition, allow_empty: allow }));
}

function treeOf(leaf: fc.Arbitrary<Condition>, more: fc.Arbitrary<Condition>[] = []): fc.Arbitrary<Condition> {
	return fc.letrec<{ node: Condition }>((tie) => ({
		node: fc.oneof(
			{ depthSize: "small" },
			{ arbitrary: leaf, weight: 4 },
			fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
			fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
			tie("node").map((not) => ({ not })),
			...more,
		),
	})).node;
}

const pieceLeaf = leavesOf(
	[
		{ fields: [], inner: ["kind"], constants: ["a", "B"], ops: "texts", alike: true },
		{ fields: [], inner: ["count"], constants: [0, 1, 2.5], ops: "numbers", alike: true },
	],
	"inner",
);

/** Conditions on one action, with `use` of these names. */
export function conditionOf(action: LawAction, names: string[] = []): fc.Arbitrary<Condition> {
	const uses = names.length === 0 ? [] : [fc.constantFrom(...names).map((use): Condition => ({ use }))];
	const leaf = leavesOf(ACTIONS[action], "fields");
	const more: fc.Arbitrary<Condition>[] = [counterOf(action), during, ...uses];
	if (action === "shop.parcel.send") {
		const pieces = ofElements(["pieces"], treeOf(pieceLeaf));
		more.push(ofElements(["parts", "inserts"], treeOf(leavesOf(PARCEL, "inner"), [pieces])));
		// Where the schema is open nobody knows that two texts are addresses.
		const strangers = PARCEL.map(({ alike: _alike, ...sort }) => sort);
		more.push(ofElements(["extra.things"], treeOf(leavesOf(strangers, "inner"), [pieces])));
		more.push(ofElements(["parts[].pieces"], treeOf(pieceLeaf)));
	}
	return treeOf(leaf, more);
}

/** Tests that look at values one by one and leave `match` alone, for the law on more recipients. */
export function oneByOneOf(): fc.Arbitrary<Condition> {
	const leaf = leavesOf(
		ACTIONS["mail.send"].filter((sort) => !sort.fields.includes("subject")),
		"fields",
	).filter((condition) => {
		const test = condition as Test;
		const isOne = !Object.keys(test).some((key) => key.includes("contains")) && !test.field.endsWith(".count");
		const isConstant = !Object.values(test).some((value) => typeof value === "object" && value !== null && "field" in value);
		return isOne && isConstant && test["match"] === undefined;
	});
	const counted = fc
		.tuple(fc.constantFrom("to", "to.domain"), fc.constantFrom("lt", "lte", "gt", "gte"), fc.integer({ min: 0, max: 4 }))
		.map(([by, op, operand]): Condition => ({ field: "rate.per_day", by, [op]: operand }));
	return treeOf(fc.oneof({ arbitrary: leaf, weight: 5 }, counted));
}
