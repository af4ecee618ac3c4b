/** What an operator is: how its operand is read when a role is applied, how it tests a value, how its outcome is put in words. */
import type { Json } from "../../contract/json.ts";
import type { Cell } from "../reading.ts";
import type { Work } from "../work.ts";
import type { DomainSet } from "./equality.ts";

/** What stands on the other side of an operator, as far as the schema tells. */
export interface Target {
	/** How texts there are compared. */
	reads: "plain" | "email" | "domain" | "local" | "host" | "scheme";
	/** The JSON types that a value there may have; null where the schema leaves it open. */
	types: ReadonlySet<string> | null;
	/** A counter: whole numbers, always there. */
	counter: boolean;
	/** A list that the operator tests as a whole. */
	list: boolean;
	/** Among plain texts there may be addresses: those are in their canonical form, and an operand that is one is too. */
	addresses?: boolean;
	/** Such an address has its domain in lower case, and the author did not fold case: a part of a text with capitals would miss it. */
	lower?: boolean;
}

export type OperandResult = { ok: true; operand: Json } | { ok: false; code: string; message: string; path?: string };

/**
 * True, false, or null where the value is none that the operator can test.
 * @param work - what a dear check takes its work from, and stops where there is none left; as much as it likes if left out
 */
export type Check = (value: Json, work?: Work) => boolean | null;

export interface LoadedOperator {
	check: Check;
	/** One value alone may cost much. */
	dear?: true;
	/** What a missing value, or a list without any, comes to; indeterminate if left out. */
	missing?: boolean;
	/** The test of a list as a whole, which has a value at least. */
	whole?(cells: readonly Cell[], work?: Work): boolean | null;
	/** Whether a value is one that `whole` looks for. */
	member?: Check;
	/** The test is whether a text is one of these domains (`member`), or none of them; `check` says the same. */
	domains?: { set: DomainSet; member: boolean };
	/** It is the opposite of another: a list without any value comes to what it comes to under `not`. */
	negated?: true;
}

/** The words around one value: `recipient domain`, `'gmail.com'`. */
export interface Subject {
	/** The field as people call it. */
	name: string;
	/** The short form for the log's DETAIL column. */
	noun: string;
	/** The value, quoted where it is a text, or its type, length and digest. */
	value: string;
	/** The value without quotes. */
	bare: string;
	/** Whether the value is kept off the log. An operand that it may equal is then not quoted either. */
	hidden: boolean;
	/** It was a list that was tested as a whole; `value` is the one that was found, or empty. */
	whole?: boolean;
	operand: Json;
}

export interface Phrase {
	/** The sentence for the agent. */
	reason: string;
	/** The short phrase for the log. */
	detail: string;
}

export interface Operator {
	name: string;
	/** The JSON types of the values that it tests; null takes any. */
	tests: readonly string[] | null;
	/** Whether it may stand on a counter of the ledger. */
	counters: boolean;
	/** Whether `ci: true` may stand beside it. */
	folds?: true;
	/** Whether its operand may be a list by its name, or a field of the same call. */
	takesLists?: true;
	takesFields?: true;
	/** Whether it tests a list as a whole. */
	lists?: true;
	readOperand(operand: Json, target: Target): OperandResult;
	load(operand: Json, reads: Target["reads"], ci: boolean): LoadedOperator;
	/** Why a call did not pass: the test came out `outcome`, and that was not what the guard asks for. */
	phrase(subject: Subject, outcome: boolean): Phrase;
}
