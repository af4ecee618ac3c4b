/** The list of reviews in D1, and what a decision has to know of keys. */
import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import type { KeyScope } from "../../contract/admin.ts";
import type { ReviewSummary, ReviewView } from "../../contract/review.ts";
import type { NoticeEvent } from "../../contract/sinks.ts";
import type { ListedReview, ReviewStore } from "../../gateway/review-ports.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { adminKeys, agents, notices, reviews } from "./schema/index.ts";

export function createReviewStore(db: Database): ReviewStore {
	return {
		async list(workspaceId, { limit, cursor, state, agent, order }) {
			const after = decodeCursor(cursor, "string");
			const rows = await db
				.select({ id: reviews.id, view: reviews.view })
				.from(reviews)
				.where(
					and(
						eq(reviews.workspace_id, workspaceId),
						state === undefined ? undefined : eq(reviews.state, state),
						agent === undefined ? undefined : eq(reviews.agent, agent),
						after === null ? undefined : order === "asc" ? gt(reviews.id, after) : lt(reviews.id, after),
					),
				)
				.orderBy(order === "asc" ? asc(reviews.id) : desc(reviews.id))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.id,
				(row) => summaryOf(JSON.parse(row.view)),
			);
		},

		async get(workspaceId, reviewId) {
			const row = await db
				.select({ workspace_id: reviews.workspace_id, agent_id: reviews.agent_id, version: reviews.version, view: reviews.view })
				.from(reviews)
				.where(and(eq(reviews.workspace_id, workspaceId), eq(reviews.id, reviewId)))
				.get();
			return row ? { ...row, view: JSON.parse(row.view) } : null;
		},

		async put(told, now) {
			// One parameter for any number of rows. What is older than what is there changes nothing.
			const rows = JSON.stringify(told.map(rowOf));
			const list = db
				.insert(reviews)
				.select(
					sql`SELECT value ->> 'id', value ->> 'workspace_id', value ->> 'agent_id', value ->> 'agent', value ->> 'state',
						value ->> 'version', value ->> 'view' FROM json_each(${rows}) WHERE true`,
				)
				.onConflictDoUpdate({
					target: reviews.id,
					set: {
						state: sql`excluded.state`,
						agent: sql`excluded.agent`,
						version: sql`excluded.version`,
						view: sql`excluded.view`,
					},
					setWhere: sql`excluded.version > ${reviews.version} AND excluded.workspace_id = ${reviews.workspace_id}`,
				});
			// Each sink is told once of each look that people should take, and once of the end.
			const toTell = db
				.insert(notices)
				.select(
					sql`SELECT told.value ->> 'workspace_id', sinks.name, told.value ->> 'notice', told.value ->> 'event',
						told.value ->> 'summary', 0, ${now}, NULL, ${now}
					FROM json_each(${rows}) AS told
					JOIN sinks ON sinks.workspace_id = told.value ->> 'workspace_id'
					JOIN json_each(sinks.document, '$.events') AS wanted ON wanted.value = told.value ->> 'event'
					WHERE told.value ->> 'event' IS NOT NULL`,
				)
				.onConflictDoNothing();
			const [, written] = await db.batch([list, toTell]);
			return written.meta.changes;
		},

		async keys(workspaceId) {
			const rows = await db
				.select({
					id: adminKeys.id,
					owner: adminKeys.owner,
					scopes: adminKeys.scopes,
					made_by: adminKeys.made_by,
					revoked_at: adminKeys.revoked_at,
				})
				.from(adminKeys)
				.where(eq(adminKeys.workspace_id, workspaceId));
			return rows.map(({ revoked_at, scopes, ...key }) => ({
				...key,
				scopes: JSON.parse(scopes) as KeyScope[],
				revoked: revoked_at !== null,
			}));
		},

		async agentMaker(workspaceId, agentId) {
			const row = await db
				.select({ made_by: agents.made_by })
				.from(agents)
				.where(and(eq(agents.workspace_id, workspaceId), eq(agents.id, agentId)))
				.get();
			return row?.made_by ?? null;
		},
	};
}

function rowOf({ workspace_id, agent_id, version, view }: ListedReview) {
	const { id, agent, state } = view;
	const summary = JSON.stringify(summaryOf(view));
	return { id, workspace_id, agent_id, agent, state, version, view: JSON.stringify(view), summary, ...noticeOf(view) };
}

/** Which event a review's state is, and the notice's id: an id of Standard Webhooks has no full stop in it. */
function noticeOf({ id, state, digest, approvals }: ReviewView): { event: NoticeEvent | null; notice: string } {
	if (state === "approved" || (state === "pending" && approvals.given > 0)) return { event: null, notice: "" };
	if (state === "pending") return { event: "review.held", notice: `${id}_held_${digest.slice(0, 16)}` };
	return { event: "review.decided", notice: `${id}_${state}` };
}

/** What the list shows of a review. */
function summaryOf(view: ReviewView): ReviewSummary {
	const { guards: _g, binding: _b, self_approval: _s, decisions: _d, input_digest: _i, source_ip: _ip, ...summary } = view;
	return summary;
}
