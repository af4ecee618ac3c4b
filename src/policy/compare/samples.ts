/** The samples of a slot: values that stand for all values, for the tests that are there. */
import type { CompiledField, CompiledTest } from "../compiled-role.ts";
import { MISSING, UNREADABLE_FORM } from "../reading.ts";
import { clockMinutes } from "./clock-samples.ts";
import type { Leaf } from "./leaf.ts";
import { numberSamples, wholeSamples } from "./number-samples.ts";
import { type Reads, readsOfField } from "./reads.ts";
import type { TestedValues } from "./slot-values.ts";
import { type CaseMode, textSamples } from "./text-samples.ts";
import { addShapes, noShapes, type TextShapes } from "./text-shapes.ts";
import { alone, oneOfMany, type Sample } from "./value.ts";

/** @param constants - of other counters, with which this one is compared */
export function samplesOf(leaves: Leaf[], constants: number[]): TestedValues {
	const { test, single } = leaves[0] as Leaf;
	const { samples, isSure } = sampled(
		leaves.map((leaf) => leaf.test),
		test.field,
		constants,
	);
	const outcomes = new Map<Leaf, (boolean | null | undefined)[]>();
	return {
		samples,
		single,
		outcome(leaf, index) {
			let known = outcomes.get(leaf);
			if (known === undefined) {
				const sure = isSure(leaf.test);
				known = samples.map((sample) => (sure || sample.alone ? leaf.outcome(sample.cell) : undefined));
				outcomes.set(leaf, known);
			}
			return known[index];
		},
	};
}

interface Sampled {
	samples: Sample[];
	isSure: (test: CompiledTest) => boolean;
}

function sampled(tests: CompiledTest[], field: CompiledField, constants: number[]): Sampled {
	const numbers = [...tests.flatMap(({ operand }) => operand).filter((one) => typeof one === "number"), ...constants];
	if (field.from === "rate") return { samples: wholeSamples(numbers, 1), isSure: () => true };
	if (field.from === "time" && field.part !== "date")
		return { samples: [...clockMinutes(tests).map(oneOfMany), alone(UNREADABLE_FORM)], isSure: () => true };
	const absent = isPlainList(field) ? [] : [alone(MISSING), alone(UNREADABLE_FORM)];
	if (field.from === "input" && (field.derived === "count" || field.derived === "length"))
		return { samples: [...wholeSamples(numbers, 0), ...absent], isSure: () => true };
	const texts = textsOf(tests, readsOfField(field));
	if (field.from === "fact" || field.from === "time" || (field.from === "input" && field.derived !== undefined))
		return { samples: [...texts.samples, ...absent, alone("")], isSure: texts.isSure };
	const others = [...absent, ...["", null, true, false, [], {}].map(alone)];
	return { samples: [...texts.samples, ...numberSamples(numbers), ...others], isSure: texts.isSure };
}

/** A list that is not there has no values; only what is read out of its elements may be missing, or have the wrong form. */
function isPlainList(field: CompiledField): boolean {
	return (
		field.from === "input" &&
		field.list &&
		field.derived === undefined &&
		field.paths[0]?.every((step) => typeof step === "string") === true
	);
}

function textsOf(tests: CompiledTest[], reads: Reads): Sampled {
	const shapes = noShapes();
	const shapeless = new Set<CompiledTest>();
	const shapesOf = new Map<CompiledTest, (keyof TextShapes)[]>();
	for (const test of tests) {
		const own = noShapes();
		if (!addShapes(own, test, reads)) shapeless.add(test);
		addShapes(shapes, test, reads);
		shapesOf.set(
			test,
			(Object.keys(own) as (keyof TextShapes)[]).filter((shape) => own[shape].size > 0),
		);
	}
	const { samples, unsure } = textSamples(shapes, caseModeOf(tests, shapesOf, reads), reads);
	return { samples, isSure: (test) => !shapeless.has(test) && shapesOf.get(test)?.some((shape) => unsure.has(shape)) === false };
}

/** Whether case is to be told apart, by the tests that look at letters. */
function caseModeOf(tests: CompiledTest[], shapesOf: ReadonlyMap<CompiledTest, string[]>, reads: Reads): CaseMode {
	if (reads.lower) return "exact";
	const lettered = tests.filter((test) => shapesOf.get(test)?.some((shape) => shape !== "ranges" && shape !== "times"));
	const folding = lettered.filter((test) => test.ci === true).length;
	if (folding === lettered.length && folding > 0) return "folded";
	return folding === 0 && !reads.careful ? "exact" : "mixed";
}
