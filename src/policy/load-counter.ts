/**
 * A test of a counter: what is left of it for the ledger, and what the call adds to the counter once it is authorised. A counter
 * by value is one series for each value, each of which must be tested; all of them are counted together.
 */
import type { Json } from "../contract/json.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type CompiledCounter, type CompiledTest, RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import { compareCounter } from "./conclude-counters.ts";
import { type Deciding, decided, keep, type LoadedCondition, type LoadedReader, type Loading, type Test } from "./deciding.ts";
import { addDecimals, decimalOf } from "./decimal.ts";
import type { CounterTest, ResidualCondition, Use } from "./decision.ts";
import { fieldNames } from "./field-names.ts";
import { foldCase } from "./fold-case.ts";
import { readsOf } from "./load-operator.ts";
import { FALSE, LEFT, outcomeOf, TRUE, UNKNOWN } from "./outcome.ts";
import { type Reading, Unreadable } from "./reading.ts";
import { hiddenValue, spokenValue } from "./seen-values.ts";
import { counterSlot, fill } from "./slots.ts";

/** More values than this in one call, or longer ones, are counted for nobody: the test is indeterminate. */
const VALUES_MAX = 256;
const VALUE_MAX = 1_024;
/** More amounts than this that are no whole numbers are added up for nobody either: each takes microseconds. */
const AMOUNTS_MAX = 1_000;

type Series = NonNullable<CounterTest["series"]>;

/** Loads a test of a counter. */
export function loadCounter(test: CompiledTest, loading: Loading): LoadedCondition {
	const field = test.field as CompiledCounter;
	const operand = test.operand as number | number[];
	const base = { actions: loading.actions, window: field.window, op: test.op, operand };
	const isByValue = typeof field.by === "object";
	// A window or a way to count that this version does not know would count nothing.
	if (!Object.hasOwn(RATE_WINDOW_SECONDS, field.window) || !(field.by === undefined || field.by === "role" || isByValue))
		return decided(
			() => UNKNOWN,
			() => null,
		);
	if (field.sum === undefined && field.by === undefined) {
		const left = { counter: { field: field.text, ...base } };
		return { test: plainTest(left.counter, counterSlot(loading.counters, base)), left: () => left, blame: () => null };
	}
	const text = field.by === undefined ? field.text : `${field.text} by ${field.by === "role" ? "role" : field.by.field.text}`;
	const key = feedKey(field);
	const readSeries = loadSeries(field, loading);
	const seriesOf = (deciding: Deciding) => keep(deciding, `series ${key}`, readSeries);
	loading.feeds.set(key, (deciding) => (seriesOf(deciding) ?? []).map(useOf));
	return {
		test(deciding) {
			const series = seriesOf(deciding);
			return series === null || series.length === 0 ? UNKNOWN : LEFT;
		},
		left(deciding): ResidualCondition {
			const series = seriesOf(deciding) ?? [];
			const tests = series.map((one) => ({ counter: { field: text, ...base, series: one } }));
			return tests.length === 1 ? (tests[0] as ResidualCondition) : test.rule === "every" ? { all: tests } : { any: tests };
		},
		blame: () => ({ reason: `what ${text} counts cannot be read`, detail: "cannot be counted" }),
	};
}

/** The order operators each have a closure of their own: one shared by all would ask for the operator at every call (measured). */
function plainTest(test: Pick<CounterTest, "op" | "operand">, slot: number): Test {
	const { op, operand } = test;
	const limit = typeof operand === "number" && Number.isFinite(operand) ? operand : null;
	if (limit !== null && op === "lte")
		return ({ counts }) => {
			const count = counts[slot] as number;
			return count < 0 ? LEFT : count <= limit ? TRUE : FALSE;
		};
	if (limit !== null && op === "lt")
		return ({ counts }) => {
			const count = counts[slot] as number;
			return count < 0 ? LEFT : count < limit ? TRUE : FALSE;
		};
	if (limit !== null && op === "gt")
		return ({ counts }) => {
			const count = counts[slot] as number;
			return count < 0 ? LEFT : count > limit ? TRUE : FALSE;
		};
	if (limit !== null && op === "gte")
		return ({ counts }) => {
			const count = counts[slot] as number;
			return count < 0 ? LEFT : count >= limit ? TRUE : FALSE;
		};
	return ({ counts }) => {
		const count = counts[slot] as number;
		return count < 0 ? LEFT : outcomeOf(compareCounter(test, count));
	};
}

function useOf({ key, adds, shared }: Series): Use {
	return shared === true ? { key, adds, shared } : { key, adds };
}

/** Two counters of the same key are fed the same, whatever their windows. */
function feedKey({ sum, by }: CompiledCounter): string {
	return canonicalJson([sum ?? null, by ?? null] as unknown as Json);
}

/** The series that a call belongs to; null where they cannot be told. */
function loadSeries({ sum, by }: CompiledCounter, loading: Loading): (deciding: Deciding) => Series[] | null {
	const amountOf = sum === undefined ? null : loadAmount(loading.slot(sum.field, sum.default), loading);
	const what = sum === undefined ? "calls" : fieldNames(sum.field, 0, loading).name;
	const summed = sum === undefined ? null : [sum.field.text, sum.default ?? null];
	const plain = (adds: string | null): Series[] => {
		const shared = by === "role";
		const key = canonicalJson([summed, null]);
		return [{ key, adds, what, whose: shared ? " of all agents of the role" : "", ...(shared ? { shared: true as const } : {}) }];
	};
	if (by === undefined || by === "role")
		return (deciding) => {
			const adds = amountOf?.(deciding) ?? null;
			return amountOf !== null && adds === null ? null : plain(adds);
		};
	const slot = loading.slot(by.field, undefined);
	const { logged } = loading.readers[slot] as LoadedReader;
	const folds = ["email", "local"].includes(readsOf(by.field));
	return (deciding) => {
		const adds = amountOf?.(deciding) ?? null;
		if (amountOf !== null && adds === null) return null;
		const values = valuesOf(readingAt(slot, deciding, loading), folds);
		return (
			values?.map(({ value, origin }) => {
				const isLogged = logged[origin] === true;
				const { digest } = deciding.facts;
				const shown = isLogged ? value : (hiddenValue(value, digest) as unknown as Json);
				const whose = ` for ${spokenValue(value, isLogged, digest).quoted}`;
				return { key: canonicalJson([summed, by.field.text, value]), adds, value: shown, what, whose };
			}) ?? null
		);
	};
}

function readingAt(slot: number, deciding: Deciding, { readers }: Loading): Reading {
	return deciding.readings[slot] ?? fill(deciding, slot, (readers[slot] as LoadedReader).read);
}

/** Each value once, addresses with case folded; null where one cannot be read, or there are none, or too many. */
function valuesOf({ cells, origins }: Reading, folds: boolean): { value: Json; origin: number }[] | null {
	const values = new Map<string, { value: Json; origin: number }>();
	for (const [index, cell] of cells.entries()) {
		if (cell instanceof Unreadable || cell === "" || cell === null || typeof cell === "object") return null;
		if (typeof cell === "string" && cell.length > VALUE_MAX) return null;
		const value = folds && typeof cell === "string" ? foldCase(cell) : cell;
		const key = canonicalJson(value);
		if (!values.has(key)) values.set(key, { value, origin: origins?.[index] ?? 0 });
		if (values.size > VALUES_MAX) return null;
	}
	return values.size === 0 ? null : [...values.values()];
}

/** What a call adds to a budget: exact, never less than nothing. Whole numbers are added as they are while that is exact. */
function loadAmount(slot: number, loading: Loading): (deciding: Deciding) => string | null {
	return (deciding) => {
		let whole = 0;
		let rest = "0";
		let others = 0;
		for (const cell of readingAt(slot, deciding, loading).cells) {
			if (typeof cell !== "number") return null;
			const isWhole = Number.isSafeInteger(cell) && cell >= 0 && Number.isSafeInteger(whole + cell);
			if (isWhole) whole += cell;
			else {
				const decimal = ++others > AMOUNTS_MAX ? null : decimalOf(cell);
				if (decimal === null) return null;
				rest = addDecimals(rest, decimal);
			}
		}
		return others === 0 ? String(whole) : addDecimals(String(whole), rest);
	};
}
