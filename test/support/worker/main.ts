/** The Worker under test: ours, but for the hooks between the Durable Objects and what they reach for. */
import { auditLogPorts, ledgerPorts } from "../../../src/app.ts";
import { agentLedgerClass } from "../../../src/objects/agent-ledger/agent-ledger.ts";
import { auditLogClass } from "../../../src/objects/audit-log/audit-log.ts";
import { hooked, ledgerHooks, logHooks } from "./hooks.ts";

export { default } from "../../../src/index.ts";
export class AgentLedger extends agentLedgerClass<Env>((env) => hooked(ledgerPorts(env), ledgerHooks)) {}
export class AuditLog extends auditLogClass<Env>((env) => hooked(auditLogPorts(env), logHooks)) {}
