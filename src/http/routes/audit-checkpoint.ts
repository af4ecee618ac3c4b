import * as z from "zod";
import { readCheckpoint } from "../../gateway/read-checkpoint.ts";
import { READ_SCOPES, sequenceNumber } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";

const MEDIA = "text/plain; charset=utf-8";

export const getCheckpoint = endpoint({
	method: "get",
	path: "/v1/audit/checkpoint",
	summary: "The newest checkpoint: size and root of the log's tree, as a signed note (C2SP tlog-checkpoint)",
	access: { scopes: READ_SCOPES },
	query: z.strictObject({
		min_size: sequenceNumber
			.default(0)
			.describe("Asks for a checkpoint that covers at least so many records; one is made if the log has them."),
	}),
	responses: { 200: z.string() },
	media: MEDIA,
	problems: ["not_found"],
	async handle(ports, { admin, query }) {
		const newest = await readCheckpoint(ports, admin.key.workspace_id, query.min_size);
		if (!newest)
			return {
				problem: "not_found",
				detail: "the log has no checkpoint yet: the first is made within a minute of its first record",
			};
		if (newest.size < query.min_size)
			return {
				problem: "not_found",
				detail: `the newest checkpoint covers ${newest.size} records, and the log has no more that it could cover`,
			};
		return { status: 200, media: MEDIA, text: newest.note };
	},
});
