/** Mailboxes: an address of the workspace, and the agents that send from it and read it. */
import type { Mailbox } from "../contract/admin.ts";
import { readEmailAddress } from "../policy/email-address.ts";
import { type Administrator, adminAct, tellLog } from "./administrator.ts";
import type { ChangeAgentPorts } from "./change-agent.ts";
import type { MailboxStore } from "./ports.ts";
import { pushBindings } from "./push-bindings.ts";

export type MailboxPorts = ChangeAgentPorts & { mailboxes: MailboxStore };

export type MailboxChange =
	| { kind: "created"; mailbox: Mailbox }
	| { kind: "deleted" }
	| { kind: "no_address" }
	| { kind: "taken" }
	| { kind: "not_found" }
	| { kind: "not_everywhere"; agents: string[] };

/** An address is kept in lower case: mail comes to it in any. */
export async function createMailbox(
	ports: MailboxPorts,
	by: Administrator,
	wanted: { address: string; agents: string[] },
): Promise<MailboxChange> {
	const workspaceId = by.key.workspace_id;
	const address = readEmailAddress(wanted.address)?.address.toLowerCase();
	if (address === undefined) return { kind: "no_address" };
	const agents = [...new Set(wanted.agents)].sort();
	const act = adminAct(ports, by, "mailbox.create", { fields: { address, agents } });
	const mailbox = { address, agents, created_at: act.time };
	if ((await ports.mailboxes.create(workspaceId, mailbox, act)) === "taken") return { kind: "taken" };
	return inForce(ports, workspaceId, { kind: "created", mailbox });
}

export async function deleteMailbox(ports: MailboxPorts, by: Administrator, address: string): Promise<MailboxChange> {
	const workspaceId = by.key.workspace_id;
	const act = adminAct(ports, by, "mailbox.delete", { fields: { address: address.toLowerCase() } });
	if (!(await ports.mailboxes.delete(workspaceId, address.toLowerCase(), act))) return { kind: "not_found" };
	return inForce(ports, workspaceId, { kind: "deleted" });
}

async function inForce(ports: MailboxPorts, workspaceId: string, done: MailboxChange): Promise<MailboxChange> {
	tellLog(ports, workspaceId);
	const pushed = await pushBindings(ports, workspaceId, "all");
	return pushed.kind === "everywhere" ? done : pushed;
}
