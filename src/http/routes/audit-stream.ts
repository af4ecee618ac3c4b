import * as z from "zod";
import { followLog } from "../../gateway/follow-log.ts";
import { noteRead } from "../../gateway/read-log.ts";
import {
	auditFilters,
	beyondTheEnd,
	NOT_NOTED,
	READ_SCOPES,
	READ_TAG,
	READ_TAG_MEANING,
	sequenceNumber,
} from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";
import { beatText, EVENT_STREAM, eventText, pulledText } from "../event-stream.ts";
import { queryInteger } from "../page-query.ts";

/** How long a stream stays open: its reader resumes. */
const LONGEST_SECONDS = 300;

export const streamAudit = endpoint({
	method: "get",
	path: "/v1/audit/stream",
	summary: "The log as it grows: one server-sent event a record, its data the record's stored text",
	access: { scopes: READ_SCOPES },
	query: z.strictObject({
		...auditFilters,
		after_seq: sequenceNumber.optional().describe("Begins after this number. Left out: with what happens from now on."),
		max_seconds: queryInteger(0, LONGEST_SECONDS)
			.default(LONGEST_SECONDS)
			.describe("How long it stays open; 0 is what is there already, a page of it at most."),
	}),
	responses: { 200: z.string() },
	media: EVENT_STREAM,
	headers: {
		request: {
			"last-event-id": "The number after which to go on, as the last event's `id` said it; it comes before `after_seq`.",
			[READ_TAG]: "As the stream before carried it.",
		},
		answer: { [READ_TAG]: READ_TAG_MEANING },
	},
	problems: ["malformed_request", "unavailable"],
	async handle(ports, { admin, query, header, token, keepAlive }) {
		const { after_seq, max_seconds, ...filters } = query;
		const lastId = header("last-event-id");
		if (lastId !== null && !/^(0|[1-9][0-9]{0,14})$/.test(lastId))
			return {
				problem: "malformed_request",
				detail: "Last-Event-ID is not a sequence number: send the last event's id as it came",
			};
		const workspaceId = admin.key.workspace_id;
		const head = await ports.audit.head(workspaceId);
		const afterSeq = lastId === null ? (after_seq ?? head) : Number(lastId);
		if (afterSeq > head) return beyondTheEnd(lastId === null ? "after_seq" : "last-event-id", afterSeq, head);
		const noted = await noteRead({ ...ports, keepAlive }, admin, { what: "stream", filters, afterSeq }, header(READ_TAG));
		if (noted.kind !== "noted") return NOT_NOTED;

		const next = followLog(ports, {
			token: token ?? "",
			scopes: READ_SCOPES,
			workspaceId,
			filters,
			afterSeq,
			forMs: max_seconds * 1_000,
		});
		let begun = false;
		const broken = (error: unknown) => ports.log("stream_broken", { request_id: admin.requestId, error });
		const text = pulledText(async () => {
			if (!begun) {
				begun = true;
				return beatText(afterSeq);
			}
			const step = await next();
			if (step.kind === "over") return null;
			const events = step.records.map(({ seq, record }) => eventText("record", seq, record));
			return events.join("") + (step.records.at(-1)?.seq === step.upTo ? "" : beatText(step.upTo));
		}, broken);
		return { status: 200, media: EVENT_STREAM, text, headers: { [READ_TAG]: noted.tag } };
	},
});
