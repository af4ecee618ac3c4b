/**
 * Every operator in every situation, plain and under `not`, with every `match`, with every pair of sides: the engine, by way of the
 * compiled form as it is stored, comes to what the rules of matrix/rules.ts say, and so does the naive evaluator, which was written
 * apart from both. docs/policy-matrix.md is the same matrix for a person.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { QUANTIFIERS } from "../../src/contract/role-document.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";
import { engineOf, engineVerdict } from "./laws-engine.ts";
import { printedMatrix } from "./matrix/print.ts";
import {
	elementsIn,
	LIST,
	LIST_SITUATIONS,
	OF_EACH,
	QUANTIFIED,
	QUANTIFIER_NAMES,
	wantedOfElements,
} from "./matrix/quantifiers.ts";
import { NOTHING, ROWS, type Row } from "./matrix/rows.ts";
import {
	FAMILIES,
	type Given,
	MATCHES,
	NEGATIONS,
	SIDES,
	SITUATION_NAMES,
	SITUATIONS,
	type Situation,
	type Standing,
	wantedCell,
	wantedReasonCode,
	wantedVerdict,
} from "./matrix/rules.ts";
import { type Condition, type Guard, naiveVerdict, type World } from "./naive.ts";
import { facts } from "./support.ts";

const ACTION = "shop.parcel.send";
const world: World = { action: ACTION, facts, timezone: "UTC", named: {}, lists: {}, past: [] };

const STANDINGS = SIDES.flatMap((side) => NEGATIONS.flatMap((not) => MATCHES.map((match) => ({ ...side, not, match }))));

function givenValue(row: Row, given: Given): Json {
	if (given === "null") return null;
	if (given === "empty") return "";
	return given === "missing" ? NOTHING : row[given];
}

function inputOf(row: Row, situation: Situation): JsonObject {
	const given = SITUATIONS[situation];
	if ("one" in given) {
		const value = givenValue(row, given.one);
		return value === NOTHING ? {} : { [row.one]: value };
	}
	if (given.many === null) return {};
	const values = given.many.map((one) => givenValue(row, one));
	if (row.many === "parts[].name") return { parts: values.map((name): JsonObject => (name === NOTHING ? {} : { name })) };
	return { [row.many]: values.flatMap((value): Json[] => (typeof value === "string" ? value.split(", ") : [value])) };
}

function conditionOf(operator: string, row: Row, field: string, allowEmpty: boolean, { match, not }: Standing): Condition {
	const condition: Condition = {
		field,
		[operator]: row.operand,
		...(match === null ? {} : { match }),
		...(allowEmpty ? { allow_empty: true } : {}),
	};
	return not ? { not: condition } : condition;
}

/** What the three readings say of one condition in one situation, each as `? deny guard_indeterminate`. */
function readingsOf(operator: string, row: Row, standing: (typeof STANDINGS)[number]) {
	const guardOf = (situation: Situation): Guard => {
		const given = SITUATIONS[situation];
		const when = conditionOf(operator, row, "one" in given ? row.one : row.many, "allowEmpty" in given, standing);
		return { id: "g", action: ACTION, when, effect: standing.effect, otherwise: standing.otherwise };
	};
	const engines = new Map<string, ReturnType<typeof engineOf>>();
	const engineFor = (guard: Guard) => {
		const key = JSON.stringify(guard.when);
		const { otherwise, ...short } = guard;
		const written = (standing.isDefault ? short : guard) as Guard;
		const engine = engines.get(key) ?? engineOf({ timezone: "UTC", let: {}, guards: [written] });
		engines.set(key, engine);
		return engine;
	};
	return Object.fromEntries(
		SITUATION_NAMES.map((situation) => {
			const guard = guardOf(situation);
			const input = inputOf(row, situation);
			const came = engineVerdict(engineFor(guard), ACTION, input, facts);
			const naive = naiveVerdict([guard], input, world);
			return [
				situation,
				{
					engine: `${told(came.facts[0]?.when)} ${came.verdict} ${came.reason_code}`,
					naive: `${told(naive.outcomes[0]?.when)} ${naive.verdict}`,
				},
			];
		}),
	);
}

function told(when: boolean | null | undefined): string {
	return when === null ? "?" : when === true ? "T" : when === false ? "F" : "nothing";
}

function wantedOf(row: Row, standing: Standing) {
	return Object.fromEntries(
		SITUATION_NAMES.map((situation) => {
			const cell = wantedCell(row.family, situation, standing);
			const verdict = wantedVerdict(cell, standing);
			return [situation, { engine: `${cell} ${verdict} ${wantedReasonCode(cell, verdict)}`, naive: `${cell} ${verdict}` }];
		}),
	);
}

test("every operator of the registry has its row, and every row its operator", () => {
	expect(Object.keys(ROWS).sort()).toEqual([...OPERATORS.keys()].toSorted());
});

test("every family has a rule for every situation", () => {
	for (const rules of Object.values(FAMILIES)) {
		expect(Object.keys(rules).sort()).toEqual([...SITUATION_NAMES].sort());
		expect(
			Object.values(rules)
				.flat()
				.filter((cell) => !["T", "F", "?"].includes(cell)),
		).toEqual([]);
	}
});

describe.each(Object.entries(ROWS))("%s", (operator, row) => {
	test.each(SIDES.map((side) => [side.effect, side.otherwise, side] as const))(
		"effect %s, otherwise %s: in every situation what the rules say",
		(_effect, _otherwise, side) => {
			for (const not of NEGATIONS)
				for (const match of MATCHES) {
					const standing = { ...side, not, match };
					expect({ standing, cells: readingsOf(operator, row, standing) }).toEqual({
						standing,
						cells: wantedOf(row, standing),
					});
				}
		},
	);
});

test("every quantifier of the language is there", () => {
	expect(QUANTIFIER_NAMES.toSorted()).toEqual([...QUANTIFIERS].toSorted());
});

test.each(SIDES)("every, some and none, effect $effect, otherwise $otherwise: in every situation what the rules say", (side) => {
	for (const { quantifier, situation, not } of QUANTIFIED) {
		const asked = { field: LIST, [quantifier]: OF_EACH, ...("allowEmpty" in SITUATIONS[situation] ? { allow_empty: true } : {}) };
		const when: Condition = not ? { not: asked } : asked;
		const guard: Guard = { id: "g", action: ACTION, when, effect: side.effect, otherwise: side.otherwise };
		const input = elementsIn(situation);
		const came = engineVerdict(engineOf({ timezone: "UTC", let: {}, guards: [guard] }), ACTION, input, facts);
		const naive = naiveVerdict([guard], input, world);
		const cell = wantedOfElements(quantifier, situation, not);
		const verdict = wantedVerdict(cell, side);
		expect({ when, input, came: [told(came.facts[0]?.when), came.verdict, came.reason_code] }).toEqual({
			when,
			input,
			came: [cell, verdict, wantedReasonCode(cell, verdict)],
		});
		expect([told(naive.outcomes[0]?.when), naive.verdict]).toEqual([cell, verdict]);
	}
});

describe("docs/policy-matrix.md", () => {
	const page = readFileSync(join(import.meta.dirname, "../../docs/policy-matrix.md"), "utf8");

	test("is as `node scripts/policy-matrix.mjs` writes it", () => {
		expect(page).toBe(printedMatrix());
	});

	test("has a block for every operator and no empty cell", () => {
		const blocks = page.split(/^## /m).slice(1);
		expect(blocks.map((block) => block.split("\n")[0])).toEqual([...Object.keys(ROWS), ...QUANTIFIER_NAMES]);
		const cells = blocks.map((block) => block.match(/[TF?] (allow|deny|review)/g)?.length);
		expect(cells).toEqual([
			...Object.keys(ROWS).map(() => SITUATION_NAMES.length * NEGATIONS.length * MATCHES.length * 3),
			...QUANTIFIER_NAMES.map(() => LIST_SITUATIONS.length * NEGATIONS.length * 3),
		]);
	});
});
