/** The figures for a person, 80 columns wide. */
import { type Compared, METRICS, type Metric } from "./compare.ts";
import type { CallCount } from "./counting/count-calls.ts";
import type { LogCheck } from "./hivekey/log.ts";
import type { PolicyTimes } from "./policy.ts";
import type { Settings } from "./settings.ts";
import { boundText, holds, RATIO_BOUNDS } from "./thresholds.ts";

const UNITS: Record<Metric, string> = { perSecond: "req/s", p50Ms: "p50 ms", p99Ms: "p99 ms" };

export function policyReport(times: PolicyTimes): string {
	const base = times["JSON.parse"];
	const lines = Object.entries(times).map(
		([name, ns]) => `  ${name.padEnd(22)}${ns.toFixed(0).padStart(8)} ns${(ns / base).toFixed(2).padStart(9)} of JSON.parse`,
	);
	return ["The policy engine, one call of the tour", ...lines].join("\n");
}

export function countReport({ first, warm, outbox, faults }: CallCount): string {
	const sum = (calls: Record<string, number>, part: string) =>
		Object.entries(calls).reduce((total, [name, count]) => (name.startsWith(part) ? total + count : total), 0);
	const row = (label: string, ...cells: (string | number)[]) =>
		`  ${label.padEnd(32)}${cells.map((cell) => String(cell).padStart(9)).join("")}`;
	const counts = (calls: Record<string, number>) =>
		["AGENT_LEDGER", "ROLES", "DB", "AUDIT_LOG", "MAIL"].map((binding) => sum(calls, `worker ${binding}.`));
	const behind = Object.entries(outbox.calls).map(
		([name, count]) => `  ${name.padEnd(32)}${((count * 1000) / outbox.actions).toFixed(0).padStart(9)}`,
	);
	return [
		"Calls to bindings that the answer waits for",
		row("", "ledger", "KV", "D1", "log", "upstream"),
		row("a warm allowed action", ...counts(warm.allowed)),
		row("a warm refused action", ...counts(warm.refused)),
		row("an agent's first action", ...counts(first)),
		row("  and its ledger meanwhile", "", "", sum(first, "ledger DB.")),
		"Calls behind the answer, per 1,000 allowed actions (the outbox)",
		...behind,
		...faults.map((fault) => `  WRONG: ${fault}`),
	].join("\n");
}

export function compareReport(compared: Compared[], { rounds, seconds, connections, agents }: Settings): string {
	const lines = [
		`HiveKey and the reference: ${rounds} pairs of rounds of ${seconds} s, ${connections} connections,`,
		`${agents} agents, so ${agents} durable objects on either side; medians (quartiles of the ratio)`,
		`  ${"".padEnd(16)}${"HiveKey".padStart(9)}${"reference".padStart(11)}${"ratio".padStart(8)}${"".padEnd(15)}wanted`,
	];
	for (const { kind, ours, reference, ratio, drainMs } of compared) {
		for (const metric of METRICS) {
			const bound = RATIO_BOUNDS[kind][metric];
			const { median, q1, q3 } = ratio[metric];
			const digits = metric === "perSecond" ? 0 : 1;
			const verdict = bound ? `${boundText(bound)} ${holds(bound, median) ? "ok" : "MISSED"}` : "";
			lines.push(
				`  ${kind.padEnd(9)}${UNITS[metric].padEnd(7)}${ours[metric].toFixed(digits).padStart(9)}` +
					`${reference[metric].toFixed(digits).padStart(11)}${median.toFixed(2).padStart(8)}` +
					`${` (${q1.toFixed(2)}..${q3.toFixed(2)})`.padEnd(15)}${verdict}`.trimEnd(),
			);
		}
		lines.push(`  ${kind.padEnd(9)}the log had everything ${drainMs.toFixed(0)} ms after a round`);
	}
	return lines.join("\n");
}

export function logReport(calls: { allowed: number; refused: number }, log: LogCheck): string {
	const { allowed, refused } = calls;
	return [
		"The log, when it had drained",
		`  ${allowed} allowed calls answered: ${log.intent} intents, ${log.executed} outcomes on the log`,
		`  ${refused} refused calls answered: ${log.denied} denials on the log`,
		`  ${log.rows} rows with ${log.admin} administrative acts; highest number ${log.highestSeq}`,
		...(log.faults.length === 0
			? ["  every answered call is there just once; all hashes and the chain hold"]
			: log.faults.map((fault) => `  WRONG: ${fault}`)),
	].join("\n");
}
