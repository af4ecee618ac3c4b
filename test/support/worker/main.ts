/** The Worker under test: ours, but for the hooks between the Durable Objects and what they reach for. */
import { auditLogPorts, ledgerPorts, roleCounterPorts } from "../../../src/app.ts";
import { agentLedgerClass } from "../../../src/objects/agent-ledger/agent-ledger.ts";
import { auditLogClass } from "../../../src/objects/audit-log/audit-log.ts";
import { connectorHealthClass } from "../../../src/objects/connector-health/connector-health.ts";
import { roleCounterClass } from "../../../src/objects/role-counter/role-counter.ts";
import { hooked, ledgerHooks, ledgerSettings, logHooks, roleHooks } from "./hooks.ts";

export { default } from "../../../src/index.ts";
export class AgentLedger extends agentLedgerClass<Env>((env) =>
	hooked({ ...ledgerPorts(env), ...ledgerSettings }, ledgerHooks),
) {}
export class AuditLog extends auditLogClass<Env>((env) => hooked(auditLogPorts(env), logHooks)) {}
export class ConnectorHealth extends connectorHealthClass<Env>(Date.now) {}
export class RoleCounter extends roleCounterClass<Env>((env) => hooked(roleCounterPorts(env), roleHooks)) {}
