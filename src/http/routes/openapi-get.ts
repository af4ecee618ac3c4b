import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { openApiDocument } from "../openapi/document.ts";

export const getOpenApi = endpoint({
	method: "get",
	path: "/openapi.json",
	summary: "This document",
	access: "anybody",
	responses: { 200: z.record(z.string(), z.unknown()) },
	async handle() {
		return { status: 200, body: await openApiDocument(), headers: { "cache-control": "public, max-age=300" } };
	},
});
