import { createMailboxSchema, mailboxSchema } from "../../contract/admin.ts";
import { createMailbox } from "../../gateway/mailboxes.ts";
import { endpoint } from "../endpoint.ts";
import { answerMailbox } from "../mailbox-bodies.ts";

export const createMailboxRoute = endpoint({
	method: "post",
	path: "/v1/mailboxes",
	summary: "Make an address receive mail for agents",
	access: { scopes: ["admin"] },
	body: { schema: createMailboxSchema },
	responses: { 201: mailboxSchema },
	problems: ["already_exists", "not_everywhere"],
	async handle(ports, { admin, body, keepAlive }) {
		return answerMailbox(await createMailbox({ ...ports, keepAlive }, admin, body), body.address);
	},
});
