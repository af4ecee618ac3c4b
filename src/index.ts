/** What the platform sees: the Worker's handlers and the Durable Object classes. */
import { type App, auditLogPorts, createApp, ledgerPorts, notConfigured, roleCounterPorts } from "./app.ts";
import { agentLedgerClass } from "./objects/agent-ledger/agent-ledger.ts";
import { auditLogClass } from "./objects/audit-log/audit-log.ts";
import { connectorHealthClass } from "./objects/connector-health/connector-health.ts";
import { roleCounterClass } from "./objects/role-counter/role-counter.ts";

export class AgentLedger extends agentLedgerClass<Env>(ledgerPorts) {}
export class AuditLog extends auditLogClass<Env>(auditLogPorts) {}
export class ConnectorHealth extends connectorHealthClass<Env>(Date.now) {}
export class RoleCounter extends roleCounterClass<Env>(roleCounterPorts) {}

let app: App | undefined;

export default {
	async fetch(request, env, context) {
		try {
			app ??= createApp(env);
		} catch (error) {
			return notConfigured(error);
		}
		return app.server.fetch(request, env, context);
	},
	async email(message, env) {
		app ??= createApp(env);
		const reception = await app.receive(
			message.to,
			message.rawSize,
			async () => new Uint8Array(await new Response(message.raw).arrayBuffer()),
		);
		if (reception.kind === "refused") message.setReject(reception.reason);
	},
	async scheduled(_controller, env) {
		app ??= createApp(env);
		await app.sweep();
	},
} satisfies ExportedHandler<Env>;
