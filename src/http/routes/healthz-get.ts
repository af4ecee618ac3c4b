import * as z from "zod";
import { VERSION } from "../../contract/version.ts";
import { endpoint } from "../endpoint.ts";

export const getHealthz = endpoint({
	method: "get",
	path: "/healthz",
	summary: "Whether the gateway can serve",
	access: "anybody",
	responses: { 200: z.object({ status: z.literal("ok"), version: z.string() }) },
	problems: ["not_ready"],
	async handle(ports) {
		// The platform's edge tells the time by itself; a gateway elsewhere does here, for clocks to be compared with.
		const headers = { date: new Date(ports.now()).toUTCString() };
		if (await ports.ready()) return { status: 200, body: { status: "ok", version: VERSION }, headers };
		return { problem: "not_ready", detail: "the database does not have this version's schema yet: apply the migrations" };
	},
});
