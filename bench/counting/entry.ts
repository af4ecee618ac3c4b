/** The gateway as src/index.ts makes it, except that its bindings count, and that three more addresses tell and steer the count. */
import { type App, auditLogPorts, createApp, ledgerPorts, roleCounterPorts } from "../../src/app.ts";
import { agentLedgerClass } from "../../src/objects/agent-ledger/agent-ledger.ts";
import { auditLogClass } from "../../src/objects/audit-log/audit-log.ts";
import { connectorHealthClass } from "../../src/objects/connector-health/connector-health.ts";
import { roleCounterClass } from "../../src/objects/role-counter/role-counter.ts";
import { CallBook } from "./call-book.ts";
import { countedEnv } from "./counted-env.ts";

const book = new CallBook();

export class AgentLedger extends agentLedgerClass<Env>((env) => ledgerPorts(countedEnv(env, "ledger", book))) {}
export class AuditLog extends auditLogClass<Env>((env) => auditLogPorts(countedEnv(env, "log", book))) {}
export class ConnectorHealth extends connectorHealthClass<Env>(Date.now) {}
export class RoleCounter extends roleCounterClass<Env>(roleCounterPorts) {}

let app: App | undefined;

export default {
	async fetch(request, env, context) {
		app ??= createApp(countedEnv(env, "worker", book));
		switch (new URL(request.url).pathname) {
			case "/bench/take":
				return Response.json(book.take());
			case "/bench/hold":
				book.holding = true;
				return new Response(null, { status: 204 });
			case "/bench/release":
				book.holding = false;
				return new Response(null, { status: 204 });
			default:
				return app.server.fetch(request, env, context);
		}
	},
} satisfies ExportedHandler<Env>;
