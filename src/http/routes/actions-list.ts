import { pageSchema } from "../../contract/admin.ts";
import { visibleActionSchema } from "../../contract/verdict.ts";
import { listVisibleActions } from "../../gateway/list-visible-actions.ts";
import { endpoint } from "../endpoint.ts";
import { UNAUTHENTICATED } from "../verdict-answers.ts";

export const listActions = endpoint({
	method: "get",
	path: "/v1/actions",
	summary: "The actions that this agent may ask for",
	access: "agent",
	responses: { 200: pageSchema(visibleActionSchema) },
	problems: ["unauthenticated", "unavailable"],
	async handle(ports, { token }) {
		const listed = await listVisibleActions(ports, token);
		if (listed.kind === "unauthenticated") return UNAUTHENTICATED;
		if (listed.kind === "unavailable") return { problem: "unavailable", detail: listed.why };
		return { status: 200, body: { items: listed.actions, next_cursor: null } };
	},
});
