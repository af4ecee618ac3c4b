/** Where a test stands between a Durable Object and its ports: each call passes its hook, if one is set. */
import type { LedgerPorts } from "../../../src/objects/agent-ledger/agent-ledger.ts";
import type { AuditLogPorts } from "../../../src/objects/audit-log/audit-log.ts";
import type { RoleCounterPorts } from "../../../src/objects/role-counter/role-counter.ts";

type Method = (...args: never[]) => unknown;
type Around<F extends Method> = (next: F, ...args: Parameters<F>) => ReturnType<F>;
type Hooks<P> = { [K in keyof P]?: P[K] extends Method ? Around<P[K]> : never };

/** Set what is needed; {@link clearHooks} after each test. */
export const ledgerHooks: Hooks<LedgerPorts> = {};
export const logHooks: Hooks<AuditLogPorts> = {};
export const roleHooks: Hooks<RoleCounterPorts> = {};
/** Settings of the ledgers that wake from now on. */
export const ledgerSettings: Partial<Pick<LedgerPorts, "admissionPerSecond" | "outboxLimit">> = {};

export function clearHooks(): void {
	for (const hooks of [ledgerHooks, logHooks, roleHooks, ledgerSettings])
		for (const name of Object.keys(hooks)) delete hooks[name as keyof typeof hooks];
}

/** Ports of which every method looks for its hook first, at each call. */
export function hooked<P extends object>(ports: P, hooks: Hooks<P>): P {
	const wrapped = { ...ports } as Record<string, unknown>;
	for (const [name, value] of Object.entries(ports)) {
		if (typeof value !== "function") continue;
		const next = value as Method;
		wrapped[name] = (...args: never[]) => {
			const hook = hooks[name as keyof P] as ((next: Method, ...args: never[]) => unknown) | undefined;
			return hook ? hook(next, ...args) : next(...args);
		};
	}
	return wrapped as P;
}
