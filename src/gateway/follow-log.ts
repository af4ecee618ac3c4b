/**
 * Following the log: records that match, each once and in order, as D1 gets them. The log's object says when there is more; the
 * records come from D1 alone, so that nothing is shown that is not stored.
 */
import type { KeyScope } from "../contract/admin.ts";
import type { AuditFilters, AuditLogs, AuditStore, StoredRecord, TokenAuthority, WorkspaceStore } from "./ports.ts";

/** Records at once. */
const PAGE = 100;
/** Something is sent at least this often, and the key looked at. */
const BEAT_MS = 15_000;
/** Between two looks at D1, while records keep coming. */
const GATHER_MS = 250;
/** Between two looks at D1, while the log's object is away. */
const POLL_MS = 2_000;
/** A Worker may make so many requests of its own, and each round takes three. */
const MOST_ROUNDS = 250;

export interface FollowPorts {
	audit: Pick<AuditStore, "after">;
	auditLogs: Pick<AuditLogs, "committedAfter">;
	workspaces: Pick<WorkspaceStore, "key">;
	tokens: Pick<TokenAuthority, "readAdminKey">;
	now: () => number;
	/** Resolves after so many milliseconds. */
	pause: (ms: number) => Promise<void>;
}

export interface Following {
	/** The admin key that follows, as it was sent; it is looked at again before anything is shown. */
	token: string;
	scopes: readonly KeyScope[];
	workspaceId: string;
	filters: AuditFilters;
	afterSeq: number;
	/** How long to follow. */
	forMs: number;
}

export type FollowStep =
	/** What is new, and up to which number it is all that matches. */
	{ kind: "news"; records: StoredRecord[]; upTo: number } | { kind: "over" };

/** @returns a function that resolves with the next step; none follows `over`. It rejects when D1 is away. */
export function followLog(ports: FollowPorts, following: Following): () => Promise<FollowStep> {
	const { workspaceId, filters } = following;
	const endsAt = ports.now() + following.forMs;
	let position = following.afterSeq;
	let rounds = 0;
	let lookedAt = 0;
	let toldAt = ports.now();

	async function waitForMore(): Promise<void> {
		const ms = Math.min(toldAt + BEAT_MS, endsAt) - ports.now();
		try {
			await ports.auditLogs.committedAfter(workspaceId, position, Math.max(0, ms));
		} catch {
			await ports.pause(Math.max(0, Math.min(ms, POLL_MS)));
		}
		await ports.pause(Math.max(0, Math.min(lookedAt + GATHER_MS, endsAt) - ports.now()));
	}

	return async () => {
		for (;;) {
			if (rounds >= MOST_ROUNDS || (rounds > 0 && ports.now() >= endsAt)) return { kind: "over" };
			rounds++;
			lookedAt = ports.now();
			const [may, { records, upTo }] = await Promise.all([
				mayStill(ports, following),
				ports.audit.after(workspaceId, filters, position, PAGE),
			]);
			if (!may) return { kind: "over" };
			position = upTo;
			if (records.length > 0 || ports.now() - toldAt >= BEAT_MS) {
				toldAt = ports.now();
				return { kind: "news", records, upTo };
			}
			await waitForMore();
		}
	};
}

/** Whether the key is still valid, and still has one of the scopes. */
async function mayStill(ports: FollowPorts, { token, scopes }: Following): Promise<boolean> {
	const claimed = ports.tokens.readAdminKey(token);
	const key = claimed && (await ports.workspaces.key(claimed));
	return key ? key.scopes.some((scope) => scope === "admin" || scopes.includes(scope)) : false;
}
