/**
 * Telling people: notices are written where the list of reviews is, in the same statement's batch, and sent from there: at once by
 * whoever wrote them, and again by the cron until they are delivered. At least once; the id of a notice tells repeats.
 */
import type { NoticeSender, SinkStore } from "./sink-ports.ts";

export interface NoticePorts {
	sinks: Pick<SinkStore, "take" | "note" | "forget">;
	notices: NoticeSender;
	now: () => number;
	log: (event: string, details: Record<string, unknown>) => void;
}

const AT_ONCE = 20;
/** Nobody else takes a notice for so long after it was taken. */
const TAKEN_MS = 60_000;
/** After each failed attempt, in seconds; then it is given up, after three days. The steps of the Standard Webhooks specification. */
const PAUSES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
const KEPT_MS = 7 * 86_400_000;

/** One round. @param workspaceId - of one workspace, or null for all */
export async function sendNotices({ sinks, notices, now, log }: NoticePorts, workspaceId: string | null): Promise<void> {
	const taken = await sinks.take(workspaceId, now(), now() + TAKEN_MS, AT_ONCE);
	await Promise.all(
		taken.map(async (notice) => {
			const sent = await notices.send(notice, now());
			if (sent.kind === "delivered") return sinks.note(notice, sent);
			const pause = PAUSES[notice.attempts - 1];
			log("notice_failed", { sink: notice.sink, attempts: notice.attempts, why: sent.why });
			await sinks.note(notice, { ...sent, nextAt: pause === undefined ? null : now() + pause * 1_000 });
		}),
	);
}

/** What was delivered or given up a week ago. */
export function forgetNotices({ sinks, now }: Pick<NoticePorts, "sinks" | "now">): Promise<void> {
	return sinks.forget(now() - KEPT_MS);
}
