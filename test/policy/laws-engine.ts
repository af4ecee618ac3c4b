/** The engine as the laws meet it: roles from documents, by way of their stored bytes; counters from the calls before. */
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { RoleDocument } from "../../src/contract/role-document.ts";
import { compiledRoleBytes, compileRole } from "../../src/policy/compile-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Counters, Facts, Residual, SeriesName, Use, Verdict } from "../../src/policy/decision.ts";
import { type LoadedRole, loadRole, readCompiledRole } from "../../src/policy/load-role.ts";
import { parseRoleValue } from "../../src/policy/parse-role.ts";
import { LISTS } from "./laws-fields.ts";
import type { Condition, Guard, PastCall } from "./naive.ts";
import { allActions } from "./support.ts";

export interface LawRole {
	timezone: string;
	let: Record<string, Condition>;
	guards: Guard[];
}

/** Compiled, stored as text, read back and loaded. */
export function engineOf(
	{ timezone, let: named, guards }: LawRole,
	scope: { allow: string[]; deny?: string[] } = { allow: ["**"] },
): LoadedRole {
	const parsed = parseRoleValue({
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name: "r" },
		scope,
		timezone,
		let: named,
		lists: LISTS,
		guards,
	});
	if (!parsed.ok) throw new Error(JSON.stringify([parsed.problems, guards]));
	const compiled = compileRole(parsed.document as RoleDocument, 1, allActions);
	if (!compiled.ok) throw new Error(JSON.stringify([compiled.problems, guards]));
	const read = readCompiledRole(compiledRoleBytes(compiled.compiled));
	if (read === null) throw new Error("the compiled role is not read back");
	return loadRole(read);
}

interface Counted extends PastCall {
	uses: Use[];
}

/** A ledger that remembers whole calls, each with what the engine said it adds. */
export function countersFrom(role: LoadedRole, past: PastCall[], facts: Facts): Counters {
	const calls: Counted[] = past.map((call) => ({ ...call, uses: decide(role, call, facts).uses ?? [] }));
	const inWindow = (actions: string[], seconds: number, series?: SeriesName) =>
		calls.filter(
			(call) => actions.includes(call.action) && call.secondsAgo < seconds && (series?.shared === true || !call.byOther),
		);
	const usesIn = (actions: string[], seconds: number, series: SeriesName) =>
		inWindow(actions, seconds, series).flatMap(({ uses }) =>
			uses.filter(({ key, shared }) => key === series.key && shared === series.shared),
		);
	return {
		count: (actions, seconds, series) =>
			series === undefined ? inWindow(actions, seconds).length : usesIn(actions, seconds, series).length,
		sum: (actions, seconds, series) => hundredths(usesIn(actions, seconds, series).map(({ adds }) => adds ?? "0")),
		whenAtMost: () => facts.now,
		whenSumAtMost: () => facts.now,
	};
}

/** Amounts of up to two decimals, added up as whole numbers. */
function hundredths(amounts: string[]): string {
	const sum = amounts.reduce((total, amount) => total + Math.round(Number(amount) * 100), 0);
	return `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, "0")}`;
}

/** A call all the way; what is left for the ledger crosses to it as JSON. */
export function engineVerdict(role: LoadedRole, action: string, input: JsonObject, facts: Facts, past: PastCall[] = []): Verdict {
	const decision = decide(role, { action, input }, facts);
	if (decision.kind === "verdict") return decision.verdict;
	return conclude(JSON.parse(JSON.stringify(decision.residual)) as Residual, countersFrom(role, past, facts), facts.now);
}

export function plainInput(value: Json): JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
