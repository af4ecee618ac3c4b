/** Sinks: applied as documents, checked for all that can be known before the first notice. */
import type { Json } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { type AppliedSink, type Sink, type SinkDocument, sinkType } from "../contract/sinks.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { Outbound } from "./outbound-ports.ts";
import type { MailboxStore } from "./ports.ts";
import type { SinkStore } from "./sink-ports.ts";

export interface SinkPorts extends TellPorts {
	sinks: SinkStore;
	mailboxes: Pick<MailboxStore, "get">;
	outbound: Pick<Outbound, "whyNot">;
}

export type SinkChange =
	| { kind: "applied"; sink: AppliedSink }
	| { kind: "invalid"; problems: ProblemItem[] }
	| { kind: "deleted" }
	| { kind: "not_found" };

export async function applySink(ports: SinkPorts, by: Administrator, name: string, document: SinkDocument): Promise<SinkChange> {
	const workspaceId = by.key.workspace_id;
	const problems = await problemsOf(ports, workspaceId, name, document);
	if (problems.length > 0) return { kind: "invalid", problems };
	const before = await ports.sinks.get(workspaceId, name);
	if (before && sameDocument(before, document)) return { kind: "applied", sink: { ...before, change: "unchanged" } };
	const act = adminAct(ports, by, "sink.apply", { fields: { sink: name, type: sinkType(document), events: document.events } });
	const dates = { created_at: before?.created_at ?? act.time, updated_at: act.time };
	await ports.sinks.put(workspaceId, { name, document, changed_by: by.key.id, ...dates }, act);
	tellLog(ports, workspaceId);
	const sink = await ports.sinks.get(workspaceId, name);
	return sink ? { kind: "applied", sink: { ...sink, change: before ? "updated" : "created" } } : { kind: "not_found" };
}

export async function deleteSink(ports: SinkPorts, by: Administrator, name: string): Promise<SinkChange> {
	const act = adminAct(ports, by, "sink.delete", { fields: { sink: name } });
	if (!(await ports.sinks.delete(by.key.workspace_id, name, act))) return { kind: "not_found" };
	tellLog(ports, by.key.workspace_id);
	return { kind: "deleted" };
}

function sameDocument(sink: Sink, document: SinkDocument): boolean {
	return canonicalJson(sink.document as Json) === canonicalJson(document as unknown as Json);
}

async function problemsOf(ports: SinkPorts, workspaceId: string, name: string, document: SinkDocument): Promise<ProblemItem[]> {
	const problems: ProblemItem[] = [];
	if (document.metadata.name !== name)
		problems.push({ path: "metadata.name", code: "name_mismatch", message: `the address is of the sink ${name}` });
	const whyNot = document.webhook ? ports.outbound.whyNot(document.webhook.url) : null;
	if (whyNot !== null) problems.push({ path: "webhook.url", code: "not_fetched", message: whyNot });
	if (document.mail && !(await ports.mailboxes.get(workspaceId, document.mail.from)))
		problems.push({ path: "mail.from", code: "no_mailbox", message: "the workspace has no such mailbox" });
	return problems;
}
