/** Retention as the cron has it, on stores that a test can stand in front of, and what it leaves in them. */
import { env } from "cloudflare:workers";
import { retentionOf } from "../../../src/app.ts";
import type { AuditRecord } from "../../../src/contract/audit-record.ts";
import type { AuditQuery, AuditStore, StoredRecord } from "../../../src/gateway/ports.ts";
import { type SealPorts, sealStep } from "../../../src/gateway/seal-log.ts";
import { createDigests } from "../../../src/keys/digests.ts";
import { createLogSigners } from "../../../src/keys/log-signers.ts";
import { type Archive, createArchive } from "../../../src/stores/archive/archive.ts";
import { createAuditStore } from "../../../src/stores/d1/audit-log.ts";
import { newestCheckpoint } from "../../../src/stores/d1/checkpoints.ts";
import { openDatabase } from "../../../src/stores/d1/database.ts";
import { createLogTiles } from "../../../src/stores/r2/log-tiles.ts";
import { type logOf, storedRows } from "./log-book.ts";

export type Log = ReturnType<typeof logOf>;

/** Records of the tests are from before this time, unless they say otherwise. */
export const BORDER = "2100-01-01T00:00:00.000Z";
export const database = openDatabase(env.DB);
const tiles = createLogTiles(env.BLOBS);

export interface Sealing extends SealPorts {
	events: [event: string, details: Record<string, unknown>][];
}

/** The ports of the sealing step. What it says is kept in `events`. */
export function sealing(): Sealing {
	const events: Sealing["events"] = [];
	return {
		digests: createDigests(env.HIVEKEY_TOKEN_KEY),
		published: {
			newestCheckpoint: (workspaceId) => newestCheckpoint(database, workspaceId),
			tile: tiles.get,
			recordsOfAct: async () => [],
			signers: (workspaceId) => createLogSigners(env.HIVEKEY_SIGNING_KEY)(`hivekey/${workspaceId}`),
		},
		auditLogs: { publish: async (workspaceId, size) => await env.AUDIT_LOG.getByName(workspaceId).publish(workspaceId, size) },
		retention: retentionOf(database),
		log: (event, details) => events.push([event, details]),
		events,
	};
}

/** The archive and the store over both parts, with the events that they told. */
export function wholeStore(mostBundles?: number): { store: AuditStore; archive: Archive; events: unknown[]; reads: string[] } {
	const events: unknown[] = [];
	const reads: string[] = [];
	const archive = createArchive(
		database,
		(workspaceId, path) => {
			reads.push(path);
			return tiles.get(workspaceId, path);
		},
		(event, details) => events.push([event, details]),
		mostBundles,
	);
	return { store: createAuditStore(database, archive), archive, events, reads };
}

/** Puts records on a log whose times are old, a second apart. @param of - what the record of a number says */
export async function fillOld(
	log: Log,
	count: number,
	of: (n: number) => Parameters<Log["record"]>[1] & { action?: string } = () => ({}),
): Promise<void> {
	for (let at = 1; at <= count; at += 500) {
		const rows = Array.from({ length: Math.min(500, count - at + 1) }, (_, i): [number, string] => {
			const { action = `a.${at + i}`, ...more } = of(at + i);
			return [at + i, log.record(action, { time: new Date(Date.UTC(2026, 0, 1) + (at + i) * 1_000).toISOString(), ...more })];
		});
		await log.append("old", rows);
	}
	await log.publish();
}

/** What a log is made of now, wherever it lies: all records as the export has them, and where D1 begins. */
export async function stateOf(log: Log): Promise<{ records: string[]; sealed: number; inDatabase: number[] }> {
	const { store } = wholeStore();
	const head = await store.head(log.workspaceId);
	const records: StoredRecord[] = [];
	for (let at = 0; at < head; at += 200) records.push(...(await store.range(log.workspaceId, at, Math.min(head, at + 200))));
	const rows = await storedRows(log.workspaceId);
	return {
		records: records.map(({ record }) => record),
		sealed: await retentionOf(database).sealedSeq(log.workspaceId),
		inDatabase: rows.length === 0 ? [] : [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0],
	};
}

/** Seals all that is old enough. */
export async function sealAll(log: Log, ports = sealing()): Promise<number> {
	for (let upTo = 0; ; ) {
		const step = await sealStep(ports, log.workspaceId, BORDER);
		if (step.kind === "refused") throw new Error(`${step.what} ${step.path}`);
		if (step.kind === "nothing") return upTo;
		upTo = step.upTo;
	}
}

/** Every page of a query, one after the other. */
export async function pagesOf(store: AuditStore, workspaceId: string, query: Partial<AuditQuery>): Promise<AuditRecord[][]> {
	const pages: AuditRecord[][] = [];
	for (let cursor: string | null = null; ; ) {
		const page = await store.query(workspaceId, { limit: 50, order: "desc", ...query, cursor });
		pages.push(page.items);
		if (page.next_cursor === null) return pages;
		cursor = page.next_cursor;
	}
}
/** The numbers of all records that a query answers, over all pages. */
export const answerOf = async (store: AuditStore, workspaceId: string, query: Partial<AuditQuery>) =>
	(await pagesOf(store, workspaceId, query)).flat().map((record) => record.seq);
