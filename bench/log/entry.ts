/** The gateway with two more addresses: one has the log take rows, as ledgers give them, the other tells how much its object keeps. */
import { type App, auditLogPorts, createApp, ledgerPorts, roleCounterPorts } from "../../src/app.ts";
import { agentLedgerClass } from "../../src/objects/agent-ledger/agent-ledger.ts";
import { auditLogClass } from "../../src/objects/audit-log/audit-log.ts";
import { roleCounterClass } from "../../src/objects/role-counter/role-counter.ts";
import { madeRecord } from "./made-records.ts";

export class AgentLedger extends agentLedgerClass<Env>(ledgerPorts) {}
export class RoleCounter extends roleCounterClass<Env>(roleCounterPorts) {}
export class AuditLog extends auditLogClass<Env>(auditLogPorts) {
	/** Bytes of the object's own tables. */
	async storedBytes(): Promise<number> {
		return this.ctx.storage.sql.databaseSize;
	}
}

interface MeasuredLog {
	append(workspaceId: string, source: string, rows: [n: number, record: string][]): Promise<number>;
	publish(workspaceId: string, minSize: number): Promise<number>;
	storedBytes(): Promise<number>;
}

let app: App | undefined;

export default {
	async fetch(request, env, context) {
		app ??= createApp(env);
		const url = new URL(request.url);
		const number = (name: string) => Number(url.searchParams.get(name));
		const workspace = url.searchParams.get("workspace") ?? "";
		const log = env.AUDIT_LOG.getByName(workspace) as unknown as MeasuredLog;
		switch (url.pathname) {
			case "/bench/append": {
				const [source, from, count] = [`source-${number("source")}`, number("from"), number("count")];
				const rows = Array.from({ length: count }, (_, i): [number, string] => [from + i, madeRecord(workspace, from + i)]);
				return Response.json(await log.append(workspace, source, rows));
			}
			case "/bench/publish":
				return Response.json({ published: await log.publish(workspace, number("size")), bytes: await log.storedBytes() });
			default:
				return app.server.fetch(request, env, context);
		}
	},
} satisfies ExportedHandler<Env>;
