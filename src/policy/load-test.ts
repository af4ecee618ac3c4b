/** One operator on one field: the closure that tests it, by what the operator and the field are. */
import type { Json } from "../contract/json.ts";
import { blameTest } from "./blame-test.ts";
import { emptyOutcome } from "./cell-outcome.ts";
import type { CompiledReadField, CompiledTest } from "./compiled-role.ts";
import { decided, type LoadedCondition, type LoadedReader, type Loading, type Test } from "./deciding.ts";
import { loadComparison } from "./load-comparison.ts";
import { loadOperator } from "./load-operator.ts";
import { OPERATORS } from "./operators/registry.ts";
import { outcomeOf, UNKNOWN } from "./outcome.ts";
import { isInBrackets } from "./read-field.ts";
import type { Reading } from "./reading.ts";
import { atMostTest, checkedTest, domainTest, type ValueTest, wholeTest } from "./test-values.ts";

/** What this version cannot test: indeterminate. */
export const NEVER_KNOWN: LoadedCondition = decided(
	() => UNKNOWN,
	() => null,
);

/** Loads a test. An operator or a derived field that this version does not know makes it indeterminate. */
export function loadTest(test: CompiledTest, loading: Loading): LoadedCondition {
	const field = test.field as CompiledReadField;
	const operator = OPERATORS.get(test.op);
	if (operator === undefined) return NEVER_KNOWN;
	if (test.other !== undefined) return loadComparison(test, field, test.other, operator, loading);
	const loaded = loadOperator(test, operator, loading.role);
	if (loaded === null) return NEVER_KNOWN;
	const slot = loading.slot(field, test.default);
	const { read } = loading.readers[slot] as LoadedReader;
	const empty = loaded.missing === undefined ? emptyOutcome(test, loaded.negated === true) : outcomeOf(loaded.missing);
	const values: ValueTest = { slot, read, loaded, every: test.rule === "every", empty };
	const isList = ({ cells, gaveList }: Reading) =>
		loaded.whole !== undefined && cells.length > 0 && (test.whole === true || gaveList);
	const operand = test.list === undefined ? test.operand : ((loading.role.lists.get(test.list) ?? null) as Json);
	return decided(testOf(test, field, values, isList), blameTest({ field, operator, operand, values, isList, loading }));
}

function testOf(test: CompiledTest, field: CompiledReadField, values: ValueTest, isList: (reading: Reading) => boolean): Test {
	const { whole, domains } = values.loaded;
	if (whole !== undefined) return wholeTest(values, isList, isInBrackets(field));
	if (domains !== undefined) return domainTest(values, domains.set, domains.member);
	if (test.op === "lte" && typeof test.operand === "number") return atMostTest(values, test.operand);
	return checkedTest(values);
}
