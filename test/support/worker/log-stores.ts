/** What the stores have of a log, and ways to take it away from them that no statement and no request has. */

import { env } from "cloudflare:workers";
import { gunzipSync, gzipSync } from "node:zlib";
import { createLogSigners } from "../../../src/keys/log-signers.ts";
import { inspectLog } from "./log-stranger.ts";

/** Seeds as a deployment has them: 32 bytes, base64url. */
export const SEEDS = ["a", "b", "c"].map((letter) => Buffer.alloc(32, letter).toString("base64url"));

/** The verifier keys of a workspace's log, the newest first. */
export function vkeysOf(workspaceId: string, seeds = env.HIVEKEY_SIGNING_KEY): string[] {
	return createLogSigners(seeds)(`hivekey/${workspaceId}`).map((signer) => signer.vkey);
}

/** Every checkpoint in D1, the smallest first. */
export async function checkpointsOf(workspaceId: string): Promise<{ size: number; note: string }[]> {
	const { results } = await env.DB.prepare("SELECT size, note FROM checkpoints WHERE workspace_id = ? ORDER BY size")
		.bind(workspaceId)
		.all<{ size: number; note: string }>();
	return results;
}

/** A published file, as whoever gets it over HTTP has it: decoded as its `Content-Encoding` says. */
export async function logFile(workspaceId: string, path: string): Promise<Uint8Array | null> {
	const object = await env.BLOBS.get(`${workspaceId}/log/${path}`);
	if (!object) return null;
	const bytes = new Uint8Array(await object.arrayBuffer());
	return object.httpMetadata?.contentEncoding === "gzip" ? gunzipSync(bytes) : bytes;
}

/** Puts another content in a published file's place, encoded as it was. */
export async function forgeLogFile(workspaceId: string, path: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
	const key = `${workspaceId}/log/${path}`;
	const { httpMetadata } = (await env.BLOBS.head(key)) ?? {};
	const bytes = change((await logFile(workspaceId, path)) ?? new Uint8Array(0));
	await env.BLOBS.put(key, httpMetadata?.contentEncoding === "gzip" ? gzipSync(bytes) : bytes, { httpMetadata });
}

/** Deletes an object. @returns what puts it back as it was */
export async function takeAway(key: string): Promise<() => Promise<unknown>> {
	const object = await env.BLOBS.get(key);
	const bytes = await object?.arrayBuffer();
	await env.BLOBS.delete(key);
	return async () => bytes && env.BLOBS.put(key, bytes, { httpMetadata: object?.httpMetadata });
}

export async function keysIn(prefix: string): Promise<string[]> {
	const { objects } = await env.BLOBS.list({ prefix });
	return objects.map((object) => object.key).sort();
}

/** All that is wrong with what R2 has published: with the newest checkpoint, and with each one from before. */
export async function publishedFaults(workspaceId: string, vkeys = vkeysOf(workspaceId)): Promise<string[]> {
	const checkpoints = await checkpointsOf(workspaceId);
	const newest = checkpoints.at(-1);
	if (!newest) return ["there is no checkpoint"];
	const notes = checkpoints.map(({ note }) => note);
	const { faults } = await inspectLog((path) => logFile(workspaceId, path), newest.note, vkeys, notes);
	return faults;
}

/** D1 as it was when the log had `seq` records, as Time Travel would bring it back. */
export async function restoreDatabase(workspaceId: string, seq: number): Promise<void> {
	await withoutTriggers(
		["audit_log_delete", "checkpoints_delete"],
		[
			env.DB.prepare("DELETE FROM audit_log WHERE workspace_id = ? AND seq > ?").bind(workspaceId, seq),
			env.DB.prepare("DELETE FROM checkpoints WHERE workspace_id = ? AND size > ?").bind(workspaceId, seq),
		],
	);
}

/** Changes a stored record as nobody can who has to pass the triggers. */
export async function forgeRecord(workspaceId: string, seq: number, change: string): Promise<void> {
	await withoutTriggers(
		["audit_log_update"],
		[env.DB.prepare(`UPDATE audit_log SET ${change} WHERE workspace_id = ? AND seq = ?`).bind(workspaceId, seq)],
	);
}

async function withoutTriggers(names: string[], statements: D1PreparedStatement[]): Promise<void> {
	const triggers = await Promise.all(
		names.map((name) =>
			env.DB.prepare("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?").bind(name).first("sql"),
		),
	);
	await env.DB.batch([
		...names.map((name) => env.DB.prepare(`DROP TRIGGER ${name}`)),
		...statements,
		...triggers.map((trigger) => env.DB.prepare(trigger as string)),
	]);
}
