/** One act, explained: what was decided, by which guard on which values, and what came of it. */
import type { AuditRecord, GuardFact } from "../../../sdk/typescript/src/index.ts";
import { pairLines, tableLines } from "../output/table.ts";
import { fieldsText, valueText } from "./detail.ts";
import { fullTime } from "./moment.ts";

/**
 * Lines for a person.
 * @param records - all records of one act, at least one
 */
export function explainAct(records: AuditRecord[], room: number | undefined): string[] {
	const inOrder = [...records].sort((a, b) => a.seq - b.seq);
	const decision = inOrder.find((record) => record.facts !== undefined) ?? (inOrder[0] as AuditRecord);
	const facts = decision.facts ?? [];
	const lines = [...pairLines(summary(decision, inOrder))];
	if (facts.length > 0) lines.push("", ...guardLines(facts, decision.matched_guard, room));
	lines.push("", ...stateLines(inOrder, decision, room));
	return lines;
}

function summary(decision: AuditRecord, records: AuditRecord[]): [string, string | undefined][] {
	const { role, reason, reason_code } = decision;
	const upstream = records.map((record) => record.upstream_status).find((status) => status !== undefined);
	return [
		["act", decision.act_id],
		["time", fullTime(decision.time)],
		["agent", decision.agent],
		["action", decision.action],
		["verdict", decision.verdict],
		["guard", decision.matched_guard],
		["reason", reason === undefined ? undefined : `${reason}${reason_code === undefined ? "" : ` (${reason_code})`}`],
		["role", role === undefined ? undefined : `${role.name} · rev ${role.rev} · ${role.hash}`],
		["fields", decision.fields === undefined ? undefined : fieldsText(decision.fields)],
		["input", decision.input_digest],
		["duration", durationText(records)],
		["upstream", upstream === undefined ? undefined : `status ${upstream}`],
		["token", decision.token_id],
		["from", decision.source_ip],
		["request", decision.request_id],
		["idempotency", decision.idempotency_key],
	];
}

function guardLines(facts: GuardFact[], matched: string | undefined, room: number | undefined): string[] {
	const columns = [{ title: "GUARD" }, { title: "WHEN" }, { title: "TOOK" }, { title: "SAW" }];
	return tableLines(
		columns,
		facts.map((fact) => [guardText(fact, matched), whenText(fact.when), fact.took, sawText(fact)]),
		room,
	);
}

function guardText(fact: GuardFact, matched: string | undefined): string {
	if (fact.shadow === true) return `${fact.guard} (shadow)`;
	return fact.guard === matched ? `${fact.guard} *` : fact.guard;
}

function whenText(when: boolean | null): string {
	if (when === null) return "indeterminate";
	return when ? "true" : "false";
}

function sawText(fact: GuardFact): string {
	const seen = Object.entries(fact.saw ?? {})
		.map(([field, value]) => `${field}=${valueText(value)}`)
		.join(" ");
	return fact.detail === undefined ? seen : `${seen}${seen === "" ? "" : " · "}${fact.detail}`;
}

function stateLines(records: AuditRecord[], decision: AuditRecord, room: number | undefined): string[] {
	const rows = records.map((record) => [fullTime(record.time), record.state, String(record.seq), becauseText(record, decision)]);
	return tableLines([{ title: "TIME" }, { title: "STATE" }, { title: "SEQ" }, { title: "" }], rows, room);
}

/** Why the decision went as it did is told above. */
function becauseText(record: AuditRecord, decision: AuditRecord): string {
	const later = record !== decision && record.reason !== undefined ? record.reason : "";
	const took = record.duration_ms === undefined ? "" : `${record.duration_ms} ms`;
	return [took, later].filter((part) => part !== "").join(" · ");
}

function durationText(records: AuditRecord[]): string | undefined {
	const last = [...records].reverse().find((record) => record.duration_ms !== undefined);
	return last === undefined ? undefined : `${last.duration_ms} ms`;
}
