import * as z from "zod";
import { appliedListSchema } from "../../contract/admin.ts";
import { listDocumentSchema } from "../../contract/list-document.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { applyList } from "../../gateway/lists.ts";
import { endpoint } from "../endpoint.ts";
import { answerList, invalidList, LIST_FILE, readList } from "../list-bodies.ts";

export const applyListRoute = endpoint({
	method: "put",
	path: "/v1/lists/{name}",
	summary: "Apply a list, as a List document or as text with one item a line",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	body: { raw: LIST_FILE, schema: listDocumentSchema },
	responses: { 200: appliedListSchema },
	problems: ["invalid_document", "conflict", "not_everywhere", "too_large", "unsupported_media_type"],
	async handle(ports, { admin, params, readRaw, keepAlive }) {
		const body = await readRaw(LIST_FILE);
		if (!body.ok) return { problem: body.fault, detail: body.problem.message };
		const read = readList(params.name, body.bytes, body.type);
		if (!read.ok) return invalidList(read.problems);
		return answerList(params.name, await applyList({ ...ports, keepAlive }, admin, read.document));
	},
});
