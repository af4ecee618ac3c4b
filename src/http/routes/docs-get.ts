import { endpoint } from "../endpoint.ts";

/** The page and its renderer are static assets: megabytes that no Worker should carry. They stand below this address. */
const PAGE = "/docs/";

export const getDocs = endpoint({
	method: "get",
	path: "/docs",
	summary: "This document, as a page for people",
	access: "anybody",
	responses: { 302: null },
	async handle() {
		return { status: 302, headers: { location: PAGE, "cache-control": "public, max-age=300" } };
	},
});
