/**
 * Keeps a connector from being overrun, and a broken one from being waited for: at most so many calls at once in this isolate, and
 * none while the breaker is open. The breaker's state is shared by all isolates through an object of its own, which is told and asked
 * beside the calls, never in their path: what decides here is what this isolate knows.
 */
import type { HttpService } from "../../contract/http-action.ts";
import type { ConnectorHealth, HealthReport } from "../../gateway/connector-ports.ts";

export interface GatePorts {
	health: ConnectorHealth;
	now: () => number;
	/** Keeps the Worker alive for this, after the answer. */
	background: (work: Promise<unknown>) => void;
}

export type Entered =
	| { ok: true; leave: (served: boolean | null) => void }
	| { ok: false; code: "connector_busy" | "connector_paused"; retryAfterMs: number };

export interface Gate {
	/**
	 * Lets a call in, or not. `leave` is called once: whether the upstream served the call, or null where nothing was learnt of it.
	 */
	enter(workspaceId: string, connector: string, service: Pick<HttpService, "concurrency" | "breaker">): Entered;
}

interface State {
	running: number;
	failuresInARow: number;
	openUntil: number;
	/** One call tries whether the upstream is back. */
	probing: boolean;
	/** When the shared state was last asked or told. */
	heardAt: number;
}

const KEPT = 2_000;
/** How often the shared state is asked while calls are made. */
const ASK_EVERY_MS = 5_000;
const BUSY_RETRY_MS = 1_000;

export function createGate({ health, now, background }: GatePorts): Gate {
	const states = new Map<string, State>();

	function stateOf(key: string): State {
		let state = states.get(key);
		if (state === undefined) {
			state = { running: 0, failuresInARow: 0, openUntil: 0, probing: false, heardAt: 0 };
			states.set(key, state);
			for (const [oldest, { running }] of states) {
				if (states.size <= KEPT) break;
				if (running === 0 && oldest !== key) states.delete(oldest);
			}
		}
		return state;
	}

	function tell(key: string, state: State, report: HealthReport): void {
		state.heardAt = now();
		background(
			health
				.report(key, report)
				.then(({ open_until }) => {
					state.openUntil = report.served === true ? open_until : Math.max(state.openUntil, open_until);
				})
				.catch(() => {}),
		);
	}

	return {
		enter(workspaceId, connector, { concurrency, breaker }) {
			const key = `${workspaceId}/${connector}`;
			const state = stateOf(key);
			const at = now();
			const wasOpen = state.openUntil > 0;
			if (state.openUntil > at || (wasOpen && state.probing))
				return { ok: false, code: "connector_paused", retryAfterMs: Math.max(state.openUntil - at, BUSY_RETRY_MS) };
			if (state.running >= concurrency) return { ok: false, code: "connector_busy", retryAfterMs: BUSY_RETRY_MS };
			state.running++;
			if (wasOpen) state.probing = true;
			if (at - state.heardAt > ASK_EVERY_MS) tell(key, state, { served: null, ...breaker });
			let left = false;
			return {
				ok: true,
				leave(served) {
					if (left) return;
					left = true;
					state.running--;
					if (wasOpen) state.probing = false;
					if (served === true) {
						const isNews = wasOpen || state.failuresInARow > 0;
						state.failuresInARow = 0;
						state.openUntil = 0;
						if (isNews) tell(key, state, { served, ...breaker });
					} else if (served === false) {
						state.failuresInARow++;
						if (wasOpen || state.failuresInARow >= breaker.failures) state.openUntil = now() + breaker.open_ms;
						tell(key, state, { served, ...breaker });
					}
				},
			};
		},
	};
}
