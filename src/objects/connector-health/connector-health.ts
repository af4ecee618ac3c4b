/**
 * How one connector's upstream is, as all isolates see it: one object per connector of a workspace. It counts the failures in a row
 * that any of them tells, and says until when no call should be sent. Calls are never made to wait for it.
 */
import { DurableObject } from "cloudflare:workers";
import type { HealthReport } from "../../gateway/connector-ports.ts";

interface Health {
	failures: number;
	open_until: number;
}

const KEY = "health";
const WELL: Health = { failures: 0, open_until: 0 };

export function connectorHealthClass<E>(now: () => number) {
	return class ConnectorHealth extends DurableObject<E> {
		#health: Health;

		constructor(state: DurableObjectState, env: E) {
			super(state, env);
			this.#health = state.storage.kv.get<Health>(KEY) ?? WELL;
		}

		async report({ served, failures, open_ms }: HealthReport): Promise<{ open_until: number }> {
			if (served === true) this.#become(WELL);
			if (served === false) {
				const inARow = this.#health.failures + 1;
				this.#become({ failures: inARow, open_until: inARow >= failures ? now() + open_ms : this.#health.open_until });
			}
			return { open_until: this.#health.open_until };
		}

		#become(health: Health): void {
			if (health.failures === this.#health.failures && health.open_until === this.#health.open_until) return;
			this.#health = health;
			this.ctx.storage.kv.put(KEY, health);
		}
	};
}
