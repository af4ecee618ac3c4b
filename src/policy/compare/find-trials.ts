/** Looks for calls that the later role lets pass and the earlier one does not: a proof that it widens, and its best explanation. */
import type { JsonObject } from "../../contract/json.ts";
import type { CompiledCondition } from "../compiled-role.ts";
import { readEmailAddress } from "../email-address.ts";
import type { Cell } from "../reading.ts";
import { type Choice, counterChoice, factChoice, inputChoice, timeChoice } from "./choices.ts";
import { momentOf } from "./clock-samples.ts";
import type { Leaf } from "./leaf.ts";
import { opaqueChoices } from "./opaque-choices.ts";
import type { OpenCase } from "./prove.ts";
import type { Slots } from "./slots.ts";
import type { Trial } from "./trial.ts";

/** How many calls are made of one case, and how many at random. */
const DIRECTED_MAX = 96;
const RANDOM_MAX = 800;
/** How many values a field has at random. */
const VALUES_MAX = 24;

export interface Field {
	action: string;
	/** Inputs that the action takes: one with as little as can be, one with everything. */
	plain: JsonObject;
	full: JsonObject;
	slots: Slots;
	/** The conditions of all guards, before and after. */
	conditions: CompiledCondition[];
}

/** The calls of one open case: every slot has the values under which the case is open. */
export function* directedTrials(open: OpenCase, field: Field): Generator<Trial> {
	const model = field.slots.modelOf(open).map(({ leaf, cells }) => choiceOf(leaf, cells, field));
	const rest = opaqueChoices(field.conditions.filter(isOpaque), field.full);
	let left = DIRECTED_MAX;
	for (const choices of [model, [...model].reverse()]) {
		for (const trial of applied(plainTrial(field), choices, DIRECTED_MAX)) {
			if (left-- <= 0) return;
			yield trial;
		}
		if (rest.length === 0) continue;
		const random = randomSource(open.given.length + 1);
		for (let i = 0; i < RANDOM_MAX; i++) yield* applied(plainTrial(field), [...pick(rest, random), ...choices], 2);
	}
}

/** Calls at random, the same ones each time, of all the ways in which the tests may come out. */
export function* randomTrials(field: Field): Generator<Trial> {
	const chosen = field.slots.choices();
	const addresses = addressesIn(chosen.flatMap(({ cells }) => cells));
	const all = [
		...chosen.map(({ leaf, cells }) => slotChoices(leaf, isEmail(leaf) ? [...cells, ...addresses] : cells, field)),
		...opaqueChoices(field.conditions.filter(isOpaque), field.full),
	].filter((choices) => choices.length > 0);
	yield plainTrial(field);
	const random = randomSource(all.length + 1);
	for (let i = 0; i < RANDOM_MAX && all.length > 0; i++) yield* applied(plainTrial(field), pick(all, random), 2);
}

function isEmail({ test: { field } }: Leaf): boolean {
	return field.from === "input" && field.reads === "email" && field.derived === undefined;
}

/** One field's domains may be another's addresses: both may look at the same recipients. */
function addressesIn(cells: Cell[]): Cell[] {
	const texts = cells.filter((cell) => typeof cell === "string");
	return texts.flatMap((text) => [text, `someone@${text}`]).filter((text) => readEmailAddress(text)?.address === text);
}

function isOpaque(condition: CompiledCondition): boolean {
	return /"each"|"during"|"other"|"from":"time"|"sum"|"by"|"matches"|"glob"/.test(JSON.stringify(condition));
}

function plainTrial({ action, plain }: Field): Trial {
	return {
		action,
		input: plain,
		facts: { now: Date.UTC(2026, 0, 7, 12), agent: { name: "agent", labels: {} }, request: {}, digest: () => "" },
		history: [],
		sum: "0",
		words: [],
	};
}

function choiceOf(leaf: Leaf, cells: Cell[], field: Field): Choice {
	const read = leaf.test.field;
	if (read.from === "fact") return factChoice(read, cells);
	if (read.from === "rate") return counterChoice(read, leaf.actions, cells);
	if (read.from === "time") return clockChoice(leaf, cells);
	return read.from === "input" ? inputChoice(read, cells, field.full) : (trial) => [trial];
}

function clockChoice({ test, zone }: Leaf, [cell]: Cell[]): Choice {
	const isDate = test.field.from === "time" && test.field.part === "date";
	const moment =
		typeof cell === "number" ? momentOf(cell, zone ?? "UTC") : isDate ? Date.parse(`${String(cell)}T12:00:00Z`) : null;
	return moment === null || Number.isNaN(moment) ? (trial) => [trial] : timeChoice(moment);
}

function slotChoices(leaf: Leaf, cells: Cell[], field: Field): Choice[] {
	const few = cells.slice(0, VALUES_MAX);
	const lists = few.map((cell) => [cell]);
	if (!leaf.single) lists.push([], ...few.flatMap((one, index) => few.slice(index + 1, index + 4).map((other) => [one, other])));
	return lists.map((list) => choiceOf(leaf, list, field));
}

/** One choice of each, now and then none. */
function pick(all: Choice[][], random: () => number): Choice[] {
	const picked = all.flatMap((choices) => {
		const at = Math.floor(random() * (choices.length + 0.25));
		const choice = choices[at];
		return choice === undefined ? [] : [choice];
	});
	// Two fields may be read out of one place: the last choice stands.
	const turn = Math.floor(random() * picked.length);
	return [...picked.slice(turn), ...picked.slice(0, turn)];
}

function applied(trial: Trial, choices: Choice[], most: number): Trial[] {
	return choices.reduce<Trial[]>((trials, choice) => trials.flatMap(choice).slice(0, most), [trial]);
}

/** Numbers from 0 up to 1 (Park and Miller 1988): no comparison depends on luck. */
function randomSource(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}
