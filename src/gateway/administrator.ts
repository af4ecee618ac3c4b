/** Who changes something, and the record of the change. */
import type { JsonObject } from "../contract/json.ts";
import type { AdminAct, AdminKey, AuditLogs, Ids } from "./ports.ts";

export interface Administrator {
	key: AdminKey;
	requestId: string;
	sourceIp: string | undefined;
}

export interface TellPorts {
	ids: Ids;
	now: () => number;
	auditLogs: Pick<AuditLogs, "collectAdminActs">;
	keepAlive: (work: Promise<unknown>) => void;
}

/** The record of one administrative act; it is written in the batch of the change. */
export function adminAct(
	ports: Pick<TellPorts, "ids" | "now">,
	by: { key: { id: string }; requestId: string; sourceIp: string | undefined },
	action: string,
	about: { agent?: string; fields?: JsonObject },
): AdminAct {
	return {
		event_id: ports.ids.make("evt"),
		act_id: ports.ids.make("act"),
		time: new Date(ports.now()).toISOString(),
		action,
		token_id: by.key.id,
		request_id: by.requestId,
		...(by.sourceIp === undefined ? {} : { source_ip: by.sourceIp }),
		...about,
	};
}

/** Asks the log to fetch what waits for it. The act is durable already; the cron asks again should this fail. */
export function tellLog(ports: TellPorts, workspaceId: string): void {
	ports.keepAlive(ports.auditLogs.collectAdminActs(workspaceId).catch(() => {}));
}
