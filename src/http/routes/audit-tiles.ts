import * as z from "zod";
import { readCheckpoint } from "../../gateway/read-checkpoint.ts";
import { noteRead } from "../../gateway/read-log.ts";
import { parseTilePath } from "../../tlog/tile-paths.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import { NOT_NOTED, READ_SCOPES, READ_TAG, READ_TAG_MEANING } from "../audit-reads.ts";
import { type Answer, endpoint } from "../endpoint.ts";

const BYTES = "application/octet-stream";
const NOTE = "text/plain; charset=utf-8";
const NOT_THERE: Answer = { problem: "not_found", detail: "the published log has nothing under this path" };

export const getLogTile = endpoint({
	method: "get",
	path: "/v1/audit/tiles/{path}",
	summary:
		"The log as static files (C2SP tlog-tiles): `checkpoint`, `tile/<L>/<N>` with hashes, `tile/entries/<N>` with records; `path` goes on over slashes",
	access: { scopes: READ_SCOPES },
	params: z.object({ path: z.string().max(64) }),
	responses: { 200: z.string() },
	media: BYTES,
	headers: {
		request: { [READ_TAG]: "As the answer to an earlier bundle carried it." },
		answer: { [READ_TAG]: READ_TAG_MEANING },
	},
	problems: ["not_found", "unavailable"],
	async handle(ports, { admin, params, header, keepAlive }) {
		const workspaceId = admin.key.workspace_id;
		if (params.path === "checkpoint") {
			const newest = await readCheckpoint(ports, workspaceId, 0);
			return newest ? { status: 200, media: NOTE, text: newest.note } : NOT_THERE;
		}
		const named = parseTilePath(params.path);
		const bytes = named && (await ports.published.tile(workspaceId, params.path));
		if (!bytes) return NOT_THERE;
		// Hashes tell nothing of what was done; records are a read, and one session of a client that sends the tag along is one.
		if (named.kind === "hashes") return { status: 200, media: BYTES, text: streamOf(bytes) };
		const read = { what: "export", filters: { form: "bundles" }, afterSeq: named.index * TILE_WIDTH } as const;
		const noted = await noteRead({ ...ports, keepAlive }, admin, read, header(READ_TAG));
		if (noted.kind !== "noted") return NOT_NOTED;
		return { status: 200, media: BYTES, text: streamOf(bytes), headers: { [READ_TAG]: noted.tag } };
	},
});

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
	return new Response(bytes).body as ReadableStream<Uint8Array>;
}
