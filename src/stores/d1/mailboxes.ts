/** Mailboxes in D1: whose they are, and for which agents. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Mailbox } from "../../contract/admin.ts";
import type { MailboxStore } from "../../gateway/ports.ts";
import { insertAdminAct } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { isConstraintError } from "./errors.ts";
import { agents, mailboxes, messages } from "./schema/index.ts";

export function createMailboxStore(db: Database): MailboxStore {
	const columns = { address: mailboxes.address, agents: mailboxes.agents, created_at: mailboxes.created_at };
	/** Which mailbox is an agent's depends on all mailboxes: every agent's state changes. */
	const everyEpoch = (workspaceId: string) =>
		db
			.update(agents)
			.set({ epoch: sql`${agents.epoch} + 1` })
			.where(eq(agents.workspace_id, workspaceId));

	return {
		async list(workspaceId, { limit, cursor }) {
			const rows = await db
				.select(columns)
				.from(mailboxes)
				.where(and(eq(mailboxes.workspace_id, workspaceId), gt(mailboxes.address, decodeCursor(cursor, "string") ?? "")))
				.orderBy(asc(mailboxes.address))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.address, readMailbox);
		},

		async get(workspaceId, address) {
			const row = await db
				.select(columns)
				.from(mailboxes)
				.where(and(eq(mailboxes.workspace_id, workspaceId), eq(mailboxes.address, address)))
				.get();
			return row ? readMailbox(row) : null;
		},

		async create(workspaceId, mailbox, act) {
			try {
				await db.batch([
					db.insert(mailboxes).values({ ...mailbox, agents: JSON.stringify(mailbox.agents), workspace_id: workspaceId }),
					everyEpoch(workspaceId),
					insertAdminAct(db, workspaceId, act),
				]);
				return "created";
			} catch (error) {
				if (isConstraintError(error)) return "taken";
				throw error;
			}
		},

		async delete(workspaceId, address, act) {
			if (!(await this.get(workspaceId, address))) return false;
			const which = and(eq(mailboxes.workspace_id, workspaceId), eq(mailboxes.address, address));
			await db.batch([
				db.delete(mailboxes).where(which),
				db.delete(messages).where(and(eq(messages.workspace_id, workspaceId), eq(messages.mailbox, address))),
				everyEpoch(workspaceId),
				insertAdminAct(db, workspaceId, act),
			]);
			return true;
		},
	};
}

function readMailbox(row: { address: string; agents: string; created_at: string }): Mailbox {
	return { ...row, agents: JSON.parse(row.agents) };
}
