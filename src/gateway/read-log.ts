/**
 * Reading the log is on the log: one administrative act a read, durable before the first byte leaves. What goes on with a read that
 * was noted (the next page, a stream after a lost connection) is not noted again; it proves by a tag that it does go on with it.
 */
import type { JsonObject } from "../contract/json.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { AuditStore, Digests } from "./ports.ts";

/** A read that goes on for longer is noted again. */
const READ_MS = 86_400_000;

export interface ReadLogPorts extends TellPorts {
	audit: AuditStore;
	digests: Digests;
}

export interface LogRead {
	what: "list" | "act" | "export" | "stream";
	/** All that says which records may be seen, as it was asked for; undefined values do not count. */
	filters: Record<string, string | number | undefined>;
	/** Of a read by sequence numbers: the number after which it begins. */
	afterSeq?: number;
}

/** The tag under which the read may go on, or that it could not be noted: then nothing may be answered. */
export type NotedRead = { kind: "noted"; tag: string } | { kind: "unavailable" };

/**
 * Notes a read, unless `tag` shows that it belongs to one that was noted: by the same key, of the same records.
 * @param tag - what the client sent as such, or null
 */
export async function noteRead(ports: ReadLogPorts, by: Administrator, read: LogRead, tag: string | null): Promise<NotedRead> {
	if (tag !== null && continues(ports, by, read, tag)) return { kind: "noted", tag };
	const filters = given(read.filters);
	const fields: JsonObject = {
		what: read.what,
		...(Object.keys(filters).length === 0 ? {} : { filters }),
		...(read.afterSeq === undefined ? {} : { from_seq: read.afterSeq + 1 }),
	};
	try {
		await ports.audit.noteRead(by.key.workspace_id, adminAct(ports, by, "audit.read", { fields }));
	} catch {
		return { kind: "unavailable" };
	}
	tellLog(ports, by.key.workspace_id);
	const begun = `${read.afterSeq ?? 0}.${ports.now()}`;
	return { kind: "noted", tag: `${begun}.${seal(ports, by, read, begun)}` };
}

function continues(ports: ReadLogPorts, by: Administrator, read: LogRead, tag: string): boolean {
	const [, begun = "", afterSeq, at, sealed = ""] = /^((\d{1,16})\.(\d{1,15}))\.([0-9a-f]{64})$/.exec(tag) ?? [];
	// Compared as digests: how long it takes says nothing of how much was right.
	if (ports.digests.sha256(sealed) !== ports.digests.sha256(seal(ports, by, read, begun))) return false;
	return ports.now() - Number(at) < READ_MS && (read.afterSeq ?? 0) >= Number(afterSeq);
}

/** Only this deployment can make it. No input that agents send begins like this text, so no digest on the log is one of these. */
function seal(ports: ReadLogPorts, by: Administrator, { what, filters }: LogRead, begun: string): string {
	const of = JSON.stringify([by.key.id, what, Object.entries(given(filters)).sort(([a], [b]) => (a < b ? -1 : 1)), begun]);
	return ports.digests.ofInput(by.key.workspace_id, `audit-read:${of}`).replace("hmac-sha256:", "");
}

function given(filters: LogRead["filters"]): Record<string, string | number> {
	return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Record<
		string,
		string | number
	>;
}
