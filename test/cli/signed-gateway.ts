/** The routes that read the log, over a log that was made beforehand, with all that a gateway signs. */

import { proveAct } from "../../src/tlog/act-proof.ts";
import { entryBundle } from "../../src/tlog/entry-bundle.ts";
import { readHead } from "../../src/tlog/record-head.ts";
import { parseTilePath } from "../../src/tlog/tile-paths.ts";
import { TILE_WIDTH, tileBytes } from "../../src/tlog/tiles.ts";
import { type ContractGateway, problem, type Reply, type Seen, WHOAMI } from "../sdk/contract-gateway.ts";
import { checkpointOf, type MadeLog } from "../tlog/support/log-maker.ts";

export interface Served {
	log: MadeLog;
	/** How many of its records are there. */
	size: number;
	/** How many of those the newest checkpoint covers. */
	signedSize: number;
	/** Instead of the log's own. */
	checkpoint?: string;
	keys?: string[];
	/** The most records in one answer. */
	page?: number;
	/** Cuts so many answers off in the middle of a line. */
	cuts?: number;
}

/** Serves the log; what the test changes of it counts from the next request on. */
export function serveLog(gateway: ContractGateway, served: Served): void {
	gateway.route = (seen) => answer(seen, served);
}

function answer(seen: Seen, served: Served): Reply | undefined {
	const { log, signedSize } = served;
	const noteOf = () => served.checkpoint ?? checkpointOf(log, signedSize);
	const tail = /^\/v1\/audit\/(.*)$/.exec(seen.path)?.[1];
	if (seen.path === "/v1/whoami") return { status: 200, body: { ...WHOAMI, workspace_id: log.workspace } };
	if (tail === "checkpoint") return text(noteOf());
	if (tail === "key") return text(`${(served.keys ?? [log.signer.vkey]).join("\n")}\n`);
	if (tail === "export") return exported(seen, served);
	if (tail?.startsWith("tiles/")) return tile(tail.slice(6), log);
	if (tail?.startsWith("proof/")) return proof(tail.slice(6), log, signedSize, noteOf());
	return undefined;
}

const text = (raw: string): Reply => ({ status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, raw });

function exported({ query }: Seen, served: Served): Reply {
	const { log, size, page = 10_000 } = served;
	const after = Number(query.get("after_seq") ?? 0);
	if (after > size) return problem(422, "invalid_request", `the log ends at ${size}: there is no record ${after}`);
	const until = Math.max(after, Math.min(Number(query.get("until_seq") ?? size), size, after + page));
	const raw = log.records
		.slice(after, until)
		.map((record) => `${record}\n`)
		.join("");
	const headers = {
		"content-type": "application/x-ndjson",
		"x-next-after-seq": String(until),
		"x-log-size": String(size),
		"x-audit-read": "tag",
	};
	if ((served.cuts ?? 0) === 0) return { status: 200, headers, raw };
	served.cuts = (served.cuts ?? 0) - 1;
	return { status: 200, headers, raw: raw.slice(0, Math.floor(raw.length * 0.6)), cut: true };
}

function tile(path: string, log: MadeLog): Reply {
	const named = parseTilePath(path);
	const { hashAt } = log.tree;
	const bytes =
		named?.kind === "entries"
			? entryBundle(log.records.slice(named.index * TILE_WIDTH, named.index * TILE_WIDTH + named.width))
			: named && tileBytes(named.tile, hashAt);
	if (!bytes) return problem(404, "not_found", "there is no such tile");
	return { status: 200, headers: { "content-type": "application/octet-stream" }, raw: bytes };
}

function proof(actId: string, log: MadeLog, size: number, checkpoint: string): Reply {
	const records = log.records
		.map((record, index) => ({ seq: index + 1, record }))
		.filter(({ seq, record }) => seq <= size && actOf(record) === actId);
	const { hashAt } = log.tree;
	const made = proveAct({ vkey: log.signer.vkey, checkpoint, size }, records, hashAt);
	if (records.length === 0 || made === null) return problem(404, "not_found", "the log knows no such act");
	return { status: 200, body: made };
}

/** The act that a record belongs to. */
export function actOf(record: string): string {
	const read = readHead(record);
	return read.ok ? read.head.actId : "";
}
