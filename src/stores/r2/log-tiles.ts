/**
 * The published log in R2, laid out as C2SP's tlog-tiles has it under `{workspace}/log/`: what a stranger needs to verify it. What
 * lies under one name never changes, but for the newest checkpoint. Entry bundles lie there compressed, as the specification wants
 * them sent (`Content-Encoding: gzip`), a seventh of their length; whoever reads here gets and gives them as they are.
 */
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { RECORD_MAX_BYTES } from "../../contract/audit-record.ts";
import { sameBytes } from "../../tlog/bytes.ts";
import { readEntryBundle } from "../../tlog/entry-bundle.ts";
import { HASH_BYTES } from "../../tlog/merkle-tree.ts";
import { entriesPath, parseTilePath, type TilePath, tilePath } from "../../tlog/tile-paths.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";

/** More is in no bundle: records, each with its length in front. */
const BUNDLE_MAX_BYTES = TILE_WIDTH * (RECORD_MAX_BYTES + 2);

export interface LogTiles {
	/** `path` is `checkpoint` or a tile's. */
	put(workspaceId: string, path: string, content: Uint8Array | string): Promise<void>;
	/** One that is not there, or is no more, is cut out of a wider one. Null if there is none either. */
	get(workspaceId: string, path: string): Promise<Uint8Array | null>;
	/** The full tile at this path is there: forgets the narrower ones. */
	forgetPartials(workspaceId: string, path: string): Promise<void>;
	/** Keeps a row that could not be put on the log, under its SHA-256. */
	putQuarantined(workspaceId: string, sha256: string, content: string): Promise<void>;
}

export function createLogTiles(bucket: R2Bucket): LogTiles {
	const read = async (workspaceId: string, path: string) => {
		const object = await bucket.get(keyOf(workspaceId, path));
		return object && decoded(new Uint8Array(await object.arrayBuffer()), object.httpMetadata?.contentEncoding);
	};
	return {
		async put(workspaceId, path, content) {
			const { sent, httpMetadata } = encoded(path, content);
			try {
				await bucket.put(keyOf(workspaceId, path), sent, { httpMetadata });
			} catch (error) {
				// A lock rule refuses what is there already, also when a publisher that died begins again and writes the same.
				const there = await read(workspaceId, path);
				const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
				if (!there || !sameBytes(there, bytes)) throw error;
			}
		},

		async get(workspaceId, path) {
			const found = await read(workspaceId, path);
			const named = found ? null : parseTilePath(path);
			if (!named || widthOf(named) === TILE_WIDTH) return found;
			const { objects } = await bucket.list({ prefix: `${keyOf(workspaceId, pathAs(named, TILE_WIDTH))}.p/`, limit: TILE_WIDTH });
			const widths = [TILE_WIDTH, ...objects.map(({ key }) => Number(key.slice(key.lastIndexOf("/") + 1)))];
			const wider = Math.min(...widths.filter((width) => width > widthOf(named)));
			const bytes = await read(workspaceId, pathAs(named, wider));
			return bytes && cutOut(bytes, named, wider);
		},

		async forgetPartials(workspaceId, path) {
			const { objects } = await bucket.list({ prefix: `${keyOf(workspaceId, path)}.p/`, limit: TILE_WIDTH });
			if (objects.length > 0) await bucket.delete(objects.map((object) => object.key));
		},

		async putQuarantined(workspaceId, sha256, content) {
			await bucket.put(`${workspaceId}/quarantine/${sha256}`, content, { httpMetadata: { contentType: "application/json" } });
		},
	};
}

function encoded(path: string, content: Uint8Array | string): { sent: Uint8Array | string; httpMetadata: R2HTTPMetadata } {
	if (path === "checkpoint") return { sent: content, httpMetadata: { contentType: "text/plain; charset=utf-8" } };
	const contentType = "application/octet-stream";
	if (parseTilePath(path)?.kind !== "entries") return { sent: content, httpMetadata: { contentType } };
	// The fastest level: records repeat themselves so much that the best one takes off little more.
	const sent = gzipSync(content, { level: constants.Z_BEST_SPEED });
	return { sent, httpMetadata: { contentType, contentEncoding: "gzip" } };
}

/** What cannot be decoded is answered as it is: whoever asked for it sees that it is not what it should be. */
function decoded(bytes: Uint8Array, contentEncoding: string | undefined): Uint8Array {
	if (contentEncoding !== "gzip") return bytes;
	try {
		return new Uint8Array(gunzipSync(bytes, { maxOutputLength: BUNDLE_MAX_BYTES }));
	} catch {
		return bytes;
	}
}

function keyOf(workspaceId: string, path: string): string {
	return `${workspaceId}/log/${path}`;
}

function widthOf(named: TilePath): number {
	return named.kind === "entries" ? named.width : named.tile.width;
}

function pathAs(named: TilePath, width: number): string {
	return named.kind === "entries" ? entriesPath(named.index, width) : tilePath({ ...named.tile, width });
}

/** A tile is the beginning of each wider one, and so are a bundle's entries. */
function cutOut(bytes: Uint8Array, named: TilePath, width: number): Uint8Array | null {
	if (named.kind === "hashes") return bytes.subarray(0, named.tile.width * HASH_BYTES);
	const last = readEntryBundle(bytes, width)?.[named.width - 1];
	return last ? bytes.subarray(0, last.byteOffset - bytes.byteOffset + last.length) : null;
}
