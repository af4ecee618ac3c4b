import * as z from "zod";
import { deleteMailbox } from "../../gateway/mailboxes.ts";
import { endpoint } from "../endpoint.ts";
import { answerMailbox } from "../mailbox-bodies.ts";

export const deleteMailboxRoute = endpoint({
	method: "delete",
	path: "/v1/mailboxes/{address}",
	summary: "Delete a mailbox and the mails in it",
	access: { scopes: ["admin"] },
	params: z.object({ address: z.string().max(254) }),
	responses: { 204: null },
	problems: ["not_found", "not_everywhere"],
	async handle(ports, { admin, params, keepAlive }) {
		return answerMailbox(await deleteMailbox({ ...ports, keepAlive }, admin, params.address), params.address);
	},
});
