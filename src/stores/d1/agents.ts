/** Agents and their tokens in D1, and the state that is pushed to their ledgers. */
import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { Agent } from "../../contract/admin.ts";
import type { AgentState, AgentStore } from "../../gateway/ports.ts";
import { insertAdminAct } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { isConstraintError, saysTrigger } from "./errors.ts";
import { agents, agentTokens, mailboxes, roles } from "./schema/index.ts";

export function createAgentStore(db: Database): AgentStore {
	return {
		async get(workspaceId, name) {
			const row = await db
				.select(agentColumns)
				.from(agents)
				.where(and(eq(agents.workspace_id, workspaceId), eq(agents.name, name)))
				.get();
			return row ? readAgent(row) : null;
		},

		async list(workspaceId, { limit, cursor, usingRole }) {
			const after = decodeCursor(cursor, "string") ?? "";
			const rows = await db
				.select(agentColumns)
				.from(agents)
				.where(
					and(
						eq(agents.workspace_id, workspaceId),
						gt(agents.name, after),
						usingRole === undefined ? undefined : and(eq(agents.role, usingRole), isNull(agents.revoked_at)),
					),
				)
				.orderBy(asc(agents.name))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.name, readAgent);
		},

		async create(workspaceId, agent, token, act) {
			try {
				await db.batch([
					db.insert(agents).values({ ...agent, workspace_id: workspaceId, labels: JSON.stringify(agent.labels) }),
					db
						.insert(agentTokens)
						.values({ ...token, workspace_id: workspaceId, agent_id: agent.id, created_at: agent.created_at }),
					insertAdminAct(db, workspaceId, act),
				]);
				return "created";
			} catch (error) {
				if (saysTrigger(error, "no such role")) return "no_role";
				if (isConstraintError(error)) return "taken";
				throw error;
			}
		},

		async change(workspaceId, agentId, { role, labels }, act) {
			try {
				await db.batch([
					db
						.update(agents)
						.set({
							...(role === undefined ? {} : { role }),
							...(labels === undefined ? {} : { labels: JSON.stringify(labels) }),
							epoch: nextEpoch,
						})
						.where(ofAgent(workspaceId, agentId)),
					insertAdminAct(db, workspaceId, act),
				]);
				return "changed";
			} catch (error) {
				if (saysTrigger(error, "no such role")) return "no_role";
				throw error;
			}
		},

		async revoke(workspaceId, agentId, at, act) {
			await db.batch([
				db
					.update(agents)
					.set({ revoked_at: at, epoch: nextEpoch })
					.where(and(ofAgent(workspaceId, agentId), isNull(agents.revoked_at))),
				db
					.update(agentTokens)
					.set({ revoked_at: at })
					.where(and(tokensOf(workspaceId, agentId), isNull(agentTokens.revoked_at))),
				insertAdminAct(db, workspaceId, act),
			]);
		},

		async tokens(workspaceId, agentId) {
			return db
				.select({
					id: agentTokens.id,
					created_at: agentTokens.created_at,
					expires_at: agentTokens.expires_at,
					revoked_at: agentTokens.revoked_at,
				})
				.from(agentTokens)
				.where(tokensOf(workspaceId, agentId))
				.orderBy(asc(agentTokens.id));
		},

		async addToken(workspaceId, agentId, token, othersEndAt, act) {
			await db.batch([
				db
					.update(agentTokens)
					.set({ expires_at: sql`min(coalesce(${agentTokens.expires_at}, ${othersEndAt}), ${othersEndAt})` })
					.where(and(tokensOf(workspaceId, agentId), isNull(agentTokens.revoked_at))),
				db.insert(agentTokens).values({ ...token, workspace_id: workspaceId, agent_id: agentId, created_at: act.time }),
				db.update(agents).set({ epoch: nextEpoch }).where(ofAgent(workspaceId, agentId)),
				insertAdminAct(db, workspaceId, act),
			]);
		},

		async revokeToken(workspaceId, agentId, tokenId, at, act) {
			const which = and(tokensOf(workspaceId, agentId), eq(agentTokens.id, tokenId));
			const token = await db.select({ revoked_at: agentTokens.revoked_at }).from(agentTokens).where(which).get();
			if (!token) return false;
			if (token.revoked_at !== null) return true;
			await db.batch([
				db.update(agentTokens).set({ revoked_at: at }).where(which),
				db.update(agents).set({ epoch: nextEpoch }).where(ofAgent(workspaceId, agentId)),
				insertAdminAct(db, workspaceId, act),
			]);
			return true;
		},

		async unacknowledged(workspaceId, of) {
			const which = of === "all" ? undefined : "role" in of ? eq(agents.role, of.role) : eq(agents.id, of.agentId);
			const rows = await selectStates(
				db,
				and(
					eq(agents.workspace_id, workspaceId),
					which,
					eq(agents.bound, 1),
					sql`${agents.acked_epoch} < ${agents.epoch}`,
				) as SQL,
			);
			return rows.map(readState);
		},

		async acknowledge(workspaceId, states) {
			if (states.length === 0) return;
			// One parameter for any number of rows; an acknowledgement never lowers the number.
			await db.run(sql`
				UPDATE agents SET acked_epoch = max(acked_epoch, acks.epoch)
				FROM (SELECT value ->> 'agent_id' AS id, value ->> 'epoch' AS epoch FROM json_each(${JSON.stringify(states)})) AS acks
				WHERE agents.id = acks.id AND agents.workspace_id = ${workspaceId}`);
		},

		async bound(afterAgentId, limit) {
			const rows = await db
				.select({ agent_id: agents.id, workspace_id: agents.workspace_id })
				.from(agents)
				.where(and(eq(agents.bound, 1), gt(agents.id, afterAgentId)))
				.orderBy(asc(agents.id))
				.limit(limit);
			return rows;
		},
	};
}

const nextEpoch = sql`${agents.epoch} + 1`;

function ofAgent(workspaceId: string, agentId: string): SQL {
	return and(eq(agents.workspace_id, workspaceId), eq(agents.id, agentId)) as SQL;
}

function tokensOf(workspaceId: string, agentId: string): SQL {
	return and(eq(agentTokens.workspace_id, workspaceId), eq(agentTokens.agent_id, agentId)) as SQL;
}

/**
 * Marks an agent as bound and reads its state, in one transaction: every change is either in what is read here, or comes
 * after the mark and is pushed.
 */
export async function bindAgent(
	db: Database,
	workspaceId: string,
	agentId: string,
	lastSeenAt: string | null,
): Promise<AgentState | null> {
	const which = ofAgent(workspaceId, agentId);
	const seen = lastSeenAt === null ? {} : { last_seen_at: sql`max(coalesce(${agents.last_seen_at}, ''), ${lastSeenAt})` };
	const [, rows] = await db.batch([
		db
			.update(agents)
			.set({ bound: 1, ...seen })
			.where(which),
		selectStates(db, which),
	]);
	const row = rows[0];
	return row ? readState(row) : null;
}

const agentColumns = {
	id: agents.id,
	name: agents.name,
	role: agents.role,
	labels: agents.labels,
	created_at: agents.created_at,
	revoked_at: agents.revoked_at,
	last_seen_at: agents.last_seen_at,
};

function readAgent(row: Omit<Agent, "labels"> & { labels: string }): Agent {
	return { ...row, labels: JSON.parse(row.labels) };
}

/** The mailbox that names the agent, else the only one that names nobody. */
const mailboxOfAgent = sql<string | null>`coalesce(
	(SELECT ${mailboxes.address} FROM ${mailboxes}, json_each(${mailboxes.agents}) AS named
		WHERE ${mailboxes.workspace_id} = ${agents.workspace_id} AND named.value = ${agents.name} ORDER BY 1 LIMIT 1),
	(SELECT max(${mailboxes.address}) FROM ${mailboxes}
		WHERE ${mailboxes.workspace_id} = ${agents.workspace_id} AND ${mailboxes.agents} = '[]' HAVING count(*) = 1)
)`;

const tokensOfAgent = sql<string>`(
	SELECT json_group_array(json_object(
		'id', ${agentTokens.id}, 'digest', ${agentTokens.digest}, 'revoked', ${agentTokens.revoked_at}, 'expires_at', ${agentTokens.expires_at}))
	FROM ${agentTokens} WHERE ${agentTokens.agent_id} = ${agents.id} AND ${agentTokens.workspace_id} = ${agents.workspace_id})`;

function selectStates(db: Database, which: SQL) {
	return db
		.select({
			epoch: agents.epoch,
			workspace_id: agents.workspace_id,
			agent_id: agents.id,
			name: agents.name,
			revoked_at: agents.revoked_at,
			labels: agents.labels,
			// In a batch Drizzle finds columns by name alone: each name must stand once.
			role: sql<string>`${roles.name}`.as("role_name"),
			rev: roles.rev,
			hash: roles.hash,
			mailbox: mailboxOfAgent.as("mailbox"),
			tokens: tokensOfAgent.as("tokens"),
		})
		.from(agents)
		.innerJoin(roles, and(eq(roles.workspace_id, agents.workspace_id), eq(roles.name, agents.role)))
		.where(which);
}

function readState(row: Awaited<ReturnType<typeof selectStates>>[number]): AgentState {
	const tokens: { id: string; digest: string; revoked: string | null; expires_at: string | null }[] = JSON.parse(row.tokens);
	return {
		epoch: row.epoch,
		workspace_id: row.workspace_id,
		agent_id: row.agent_id,
		name: row.name,
		revoked: row.revoked_at !== null,
		role: { name: row.role, rev: row.rev, hash: row.hash },
		labels: JSON.parse(row.labels),
		mailbox: row.mailbox,
		tokens: tokens.map((token) => ({
			id: token.id,
			digest: token.digest,
			revoked: token.revoked !== null,
			expires_at: token.expires_at === null ? null : Date.parse(token.expires_at),
		})),
	};
}
