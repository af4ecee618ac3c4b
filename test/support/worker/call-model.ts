/** What must be on the log of calls that were made in a world where things go wrong, whatever went wrong. */
import type { Made, Plan } from "./faulty-gateway.ts";

/** What an outcome that reached the ledger would have been. */
const OUTCOME: Record<Plan, string> = {
	ok: "executed",
	failed: "failed",
	"not-reached": "failed",
	unknown: "unknown",
	throws: "unknown",
	"late-ok": "executed",
	"late-failed": "failed",
	silent: "unknown",
};

/** The ways in which the records of one act may follow each other. @param ran - whether the upstream saw it */
function statesAllowed({ answer, plan, settled }: Made, ran: boolean): string[] {
	const outcome = OUTCOME[plan];
	switch (answer?.kind) {
		case "refused":
			return ["denied"];
		case "held":
			// Nobody decided in time, somebody said no, or a guard does now; else it was let go once.
			if (!ran)
				return ["held expired", "held denied", ...["failed", "unknown", "unknown failed"].map((end) => `held released ${end}`)];
			return ["unknown", outcome, `unknown ${outcome}`].map((end) => `held released ${end}`);
		case "ended": {
			const { state } = answer.ended;
			// What was answered was durable: the clock may have overtaken it, nothing else.
			if (state !== "unknown") return [`intent ${state}`, `intent unknown ${state}`];
			// A late outcome that the ledger acknowledged has the last word.
			const known = [`intent ${outcome}`, `intent unknown ${outcome}`];
			return settled === "ok" || settled === "failed" ? known : ["intent unknown", ...known];
		}
		case "replayed":
		case "in_flight":
			return [""];
		case "unavailable":
		case undefined:
			// Nothing ran. What was recorded before the answer was lost says so, or that nobody knows.
			return ["", "denied", "held expired", "intent failed", "intent unknown", "intent unknown failed"];
		default:
			return [];
	}
}

/** Whether the call is counted once all is over: it was authorised, and may have reached its upstream. */
function isCounted({ answer, plan }: Made, states: string, ran: boolean): boolean {
	if (states.startsWith("held released")) return !(states.endsWith("failed") && (plan === "not-reached" || !ran));
	if (!states.startsWith("intent")) return false;
	return !(states.endsWith("failed") && (plan === "not-reached" || answer?.kind !== "ended"));
}

export interface Expected {
	/** Every way in which the log or the upstream is not as it must be. */
	faults: string[];
	/** Calls that count, by agent id. */
	counted: Map<string, number>;
}

/**
 * @param log - the agents' records in order
 * @param seen - the acts that the upstream saw
 */
export function judge(made: Made[], log: { act_id: string; state: string }[], seen: string[]): Expected {
	const faults: string[] = [];
	const counted = new Map<string, number>();
	const statesOf = (actId: string) =>
		log
			.filter((record) => record.act_id === actId)
			.map((record) => record.state)
			.join(" ");

	for (const call of made) {
		const states = statesOf(call.actId);
		const said = call.answer?.kind === "ended" ? `ended ${call.answer.ended.state}` : (call.answer?.kind ?? "rejected");
		const times = seen.filter((actId) => actId === call.actId).length;
		if (!statesAllowed(call, times > 0).includes(states))
			faults.push(`${call.actId} (${call.plan}, ${said}) has "${states}" on the log`);
		if (times > 1) faults.push(`${call.actId} ran ${times} times`);
		if (times > 0 && !/^(intent|held released)/.test(states)) faults.push(`${call.actId} ran without an intent`);
		if (times > 0 && call.answer?.kind !== "ended" && call.answer?.kind !== "held")
			faults.push(`${call.actId} ran and was answered as ${said}`);
		if (isCounted(call, states, times > 0)) counted.set(call.agent.id, (counted.get(call.agent.id) ?? 0) + 1);
	}
	const known = new Set(made.map((call) => call.actId));
	for (const { act_id } of log) if (!known.has(act_id)) faults.push(`${act_id} is on the log and was never made`);
	faults.push(...repeatFaults(made, seen));
	return { faults, counted };
}

/** Of the calls of one agent under one key, one runs at most, and repeats are answered with it. */
function repeatFaults(made: Made[], seen: string[]): string[] {
	const byKey = Map.groupBy(
		made.filter((call) => call.key !== null),
		(call) => `${call.agent.id} ${call.key}`,
	);
	return [...byKey].flatMap(([key, calls]) => {
		const ran = calls.filter((call) => seen.includes(call.actId));
		const faults = ran.length > 1 ? [`${ran.length} calls ran under the key ${key}`] : [];
		for (const { answer } of calls) {
			const first = answer?.kind === "replayed" ? answer.call.act_id : answer?.kind === "in_flight" ? answer.act_id : null;
			if (first !== null && !calls.some((call) => call.actId === first)) faults.push(`${key} was answered with ${first}`);
		}
		return faults;
	});
}
