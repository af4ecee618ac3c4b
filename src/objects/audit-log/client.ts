/** The logs as others see them: the ledgers append, the gateway asks to collect. Both may be asked twice without harm. */
import type { AuditLogs } from "../../gateway/ports.ts";
import { retrying } from "../retrying.ts";

/** The methods of the object, as its stub offers them. */
export interface AuditLogStub {
	append(workspaceId: string, source: string, rows: [n: number, record: string][]): Promise<number>;
	collectAdminActs(workspaceId: string): Promise<void>;
	publish(workspaceId: string, minSize: number): Promise<number>;
	committedAfter(workspaceId: string, seq: number, timeoutMs: number): Promise<number>;
}

/** @param stub - a new stub of the object with this name */
export function createAuditLogs(stub: (name: string) => AuditLogStub): AuditLogs & { append: AuditLogStub["append"] } {
	return {
		append: (workspaceId, source, rows) => retrying(() => stub(workspaceId).append(workspaceId, source, rows)),
		collectAdminActs: (workspaceId) => retrying(() => stub(workspaceId).collectAdminActs(workspaceId)),
		publish: (workspaceId, minSize) => retrying(() => stub(workspaceId).publish(workspaceId, minSize)),
		// Not again by itself: whoever waits looks into D1 meanwhile.
		committedAfter: (workspaceId, seq, timeoutMs) => stub(workspaceId).committedAfter(workspaceId, seq, timeoutMs),
	};
}
