/**
 * Steps 5 and 6: carry a call out, and make its outcome durable before anybody is told. Both go on when the client hangs up.
 * An outcome that cannot be written is answered as unknown; one that comes after the time limit is written late.
 */
import type { CallError } from "../contract/verdict.ts";
import type { Connector, ExecutableCall, Ledger, Outcome, SettleRequest } from "./ports.ts";

export interface ExecutePorts {
	connectors: Map<string, Connector>;
	now: () => number;
	/** Keeps the Worker alive for this, whoever still listens. */
	keepAlive: (work: Promise<unknown>) => void;
	log: (event: string, details: Record<string, unknown>) => void;
}

/** The connector that carries out what Connector documents define; no document can have this name. */
export const HTTP_CONNECTOR = "@http";

export type Ended = { state: "executed"; result: unknown } | { state: "failed" | "unknown"; error: CallError };

export function executeAndSettle(ports: ExecutePorts, ledger: Ledger, call: ExecutableCall): Promise<Ended> {
	const work = run(ports, ledger, call);
	ports.keepAlive(work);
	return work;
}

async function run(ports: ExecutePorts, ledger: Ledger, call: ExecutableCall): Promise<Ended> {
	const startedAt = ports.now();
	const execution = execute(ports, call);
	const outcome = await withinTimeLimit(execution, call.definition.time_limit_ms);
	if (!(await settle(ports, ledger, call.act_id, outcome ?? TIMED_OUT, startedAt)))
		return { state: "unknown", error: NOT_WRITTEN };
	if (outcome)
		return outcome.kind === "ok" ? { state: "executed", result: outcome.result } : { state: outcome.kind, error: outcome.error };
	ports.keepAlive(execution.then((late) => settle(ports, ledger, call.act_id, late, startedAt)));
	return { state: "unknown", error: TIMED_OUT.error };
}

/** What a connector throws says nothing about what the upstream did. */
async function execute(ports: ExecutePorts, call: ExecutableCall): Promise<Outcome> {
	const connector = ports.connectors.get(call.definition.http === undefined ? call.definition.connector : HTTP_CONNECTOR);
	if (!connector) return NOT_CONNECTED;
	try {
		return await connector.execute(call);
	} catch (error) {
		ports.log("connector_failed", { act_id: call.act_id, action: call.definition.name, error: errorName(error) });
		return {
			kind: "unknown",
			error: { code: "upstream_unknown", message: "the call may have run: the connector failed", upstream_status: null },
		};
	}
}

/** Makes a word on a call durable. @returns whether it is */
export async function settle(
	ports: ExecutePorts,
	ledger: Ledger,
	actId: string,
	outcome: SettleRequest["outcome"],
	startedAt: number,
): Promise<boolean> {
	try {
		await ledger.settle({ act_id: actId, outcome, duration_ms: ports.now() - startedAt });
		return true;
	} catch (error) {
		ports.log("settle_failed", { act_id: actId, error: errorName(error) });
		return false;
	}
}

/** What comes in time, else null. */
export async function withinTimeLimit<T>(execution: Promise<T>, limitMs: number): Promise<T | null> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const limit = new Promise<null>((resolve) => {
		timer = setTimeout(() => resolve(null), limitMs);
	});
	try {
		return await Promise.race([execution, limit]);
	} finally {
		clearTimeout(timer);
	}
}

/** An error's class, never its message, which may quote what was sent. */
export function errorName(error: unknown): string {
	return error instanceof Error ? error.name : typeof error;
}

export const TIMED_OUT = {
	kind: "unknown",
	error: {
		code: "upstream_unknown",
		message: "the call may have run: no answer came within its time limit",
		upstream_status: null,
	},
} as const satisfies Outcome;

/** Of a call of which nobody can tell whether the ledger let it run: nothing has run it. */
export const NOT_STARTED: Outcome = {
	kind: "failed",
	reached: false,
	error: {
		code: "not_started",
		message: "the call did not run: its intent could not be recorded for sure",
		upstream_status: null,
	},
};

export const NOT_WRITTEN: CallError = {
	code: "upstream_unknown",
	message: "the call may have run: its outcome could not be recorded",
	upstream_status: null,
};

const NOT_CONNECTED: Outcome = {
	kind: "failed",
	reached: false,
	error: { code: "not_started", message: "nothing is connected that could carry this action out", upstream_status: null },
};
