import * as z from "zod";
import { noteRead } from "../../gateway/read-log.ts";
import { beyondTheEnd, NOT_NOTED, READ_SCOPES, READ_TAG, READ_TAG_MEANING, sequenceNumber } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";
import { pulledText } from "../event-stream.ts";
import { queryInteger } from "../page-query.ts";

const MEDIA = "application/x-ndjson";
/** Records in one answer: so many that a Worker may fetch them, page by page. */
const MOST_RECORDS = 10_000;
const PAGE = 200;

export const exportAudit = endpoint({
	method: "get",
	path: "/v1/audit/export",
	summary:
		"The log's records as they are stored, byte for byte, one a line; whoever loses the connection resumes after the last whole line",
	access: { scopes: READ_SCOPES },
	query: z.strictObject({
		after_seq: sequenceNumber.default(0).describe("Begins after this number."),
		until_seq: sequenceNumber.optional().describe("The last number wanted. Left out: the newest."),
		limit: queryInteger(1, MOST_RECORDS).default(MOST_RECORDS),
	}),
	responses: { 200: z.string() },
	media: MEDIA,
	headers: {
		request: { [READ_TAG]: "As the answer before carried it." },
		answer: {
			"x-next-after-seq": "The last number in this answer: the `after_seq` of the next one.",
			"x-log-size": "The newest number of the log.",
			[READ_TAG]: READ_TAG_MEANING,
		},
	},
	problems: ["unavailable"],
	async handle(ports, { admin, query, header, keepAlive }) {
		const { after_seq: afterSeq, until_seq, limit } = query;
		const workspaceId = admin.key.workspace_id;
		const head = await ports.audit.head(workspaceId);
		if (afterSeq > head) return beyondTheEnd("after_seq", afterSeq, head);
		const until = Math.max(afterSeq, Math.min(until_seq ?? head, head, afterSeq + limit));
		const headers = { "x-next-after-seq": String(until), "x-log-size": String(head) };
		if (until === afterSeq) return { status: 200, media: MEDIA, text: "", headers };
		const read = { what: "export", filters: { until_seq }, afterSeq } as const;
		const noted = await noteRead({ ...ports, keepAlive }, admin, read, header(READ_TAG));
		if (noted.kind !== "noted") return NOT_NOTED;

		let at = afterSeq;
		const broken = (error: unknown) => ports.log("export_broken", { request_id: admin.requestId, error });
		const text = pulledText(async () => {
			if (at >= until) return null;
			const from = at;
			at = Math.min(until, at + PAGE);
			const records = await ports.audit.range(workspaceId, from, at);
			return records.map(({ record }) => `${record}\n`).join("");
		}, broken);
		return { status: 200, media: MEDIA, text, headers: { ...headers, [READ_TAG]: noted.tag } };
	},
});
