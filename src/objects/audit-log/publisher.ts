/**
 * One step of publishing: reads what is new out of D1, checks that it is what this object sequenced, writes the tiles and bundles
 * that grew, and only then signs. Whatever is cut short begins again from the published place and writes the same bytes.
 */
import { toBase64 } from "../../tlog/bytes.ts";
import { signCheckpoint } from "../../tlog/checkpoint.ts";
import { entryBundle } from "../../tlog/entry-bundle.ts";
import type { Hash, HashAt } from "../../tlog/merkle-tree.ts";
import { entriesPath, tilePath } from "../../tlog/tile-paths.ts";
import { grownTiles, TILE_WIDTH, type Tile, tileBytes } from "../../tlog/tiles.ts";
import { type AuditLogPorts, LogStopped } from "./log-ports.ts";
import { edgeAtTile, type Place, RecordWalk } from "./places.ts";
import type { TileNode } from "./sequencer.ts";

/** Checkpoints are at most this many records apart. */
export const STEP_RECORDS = 1_000;
const PAGE_RECORDS = 256;

/** The name of a workspace's log, and of the keys that sign it. */
export function logOrigin(workspaceId: string): string {
	return `hivekey/${workspaceId}`;
}

/** Everything that one step read and worked out. */
interface Step {
	/** Number of the first record less one: where a tile begins. */
	base: number;
	records: string[];
	/** Their leaf hashes. */
	leaves: Hash[];
	/** Hashes of higher tiles: the subtrees that these records completed. */
	grown: Map<string, TileNode>;
	root: Hash;
}

/**
 * Publishes from one place to the next.
 * @param kept - hashes of higher tiles that are not full, up to `from`
 * @returns the hashes of higher tiles that came to it, to be kept with the place; null if D1 has fewer records than it confirmed
 * @throws LogStopped if what D1 has is not what was sequenced: nothing is published then
 */
export async function publishStep(
	ports: AuditLogPorts,
	workspaceId: string,
	from: Place,
	to: Place,
	kept: HashAt,
): Promise<TileNode[] | null> {
	const step = await readStep(ports, workspaceId, from, to);
	if (!step) return null;
	const tiles = [...grownTiles(from.seq, to.seq)];
	const hashAt: HashAt = (level, index) =>
		level === 0 ? (step.leaves[index - step.base] ?? null) : (step.grown.get(`${level}/${index}`)?.hash ?? kept(level, index));
	for (const level of new Set(tiles.map((tile) => tile.level)))
		await Promise.all(
			tiles.filter((tile) => tile.level === level).map((tile) => putTile(ports, workspaceId, tile, step, hashAt)),
		);
	const origin = logOrigin(workspaceId);
	const note = signCheckpoint({ origin, size: to.seq, root: step.root, extensions: [] }, ports.signers(workspaceId));
	if (note === null) throw new Error("the checkpoint cannot be signed");
	const checkpoint = { size: to.seq, root: toBase64(step.root), note, time: new Date().toISOString() };
	if (await ports.saveCheckpoint(workspaceId, checkpoint)) await ports.putLogFile(workspaceId, "checkpoint", note);
	await forgetPartials(ports, workspaceId, from, tiles);
	return [...step.grown.values()];
}

async function readStep(ports: AuditLogPorts, workspaceId: string, from: Place, to: Place): Promise<Step | null> {
	// The newest bundle and tile may be partial: they are written anew from their first record on.
	const { seq: base, edge } = edgeAtTile(from);
	const walk = new RecordWalk({ edge, hash: base === from.seq ? from.hash : null });
	const step: Step = { base, records: [], leaves: [], grown: new Map(), root: walk.root };
	const mismatch = (what: string) => new LogStopped("log_mismatch", { what, from: from.seq, to: to.seq, at: walk.seq + 1 });
	while (walk.seq < to.seq) {
		const page = await ports.recordsAfter(workspaceId, walk.seq, Math.min(PAGE_RECORDS, to.seq - walk.seq));
		if (page.length === 0) return null;
		for (const row of page) {
			const fits = walk.take(row, (level, index, hash) => {
				if (level === 0) step.leaves.push(hash);
				else if (level % 8 === 0) step.grown.set(`${level}/${index}`, { level, index, hash });
			});
			if (!fits) throw mismatch("a record is not the one that was hashed");
			step.records.push(row.record);
			if (walk.seq === from.seq && walk.place.edge !== from.edge)
				throw mismatch("published records are not those that were signed");
		}
	}
	if (walk.place.edge !== to.edge || walk.place.hash !== to.hash) throw mismatch("the records do not lead to the confirmed root");
	step.root = walk.root;
	return step;
}

async function putTile(ports: AuditLogPorts, workspaceId: string, tile: Tile, step: Step, hashAt: HashAt): Promise<void> {
	const bytes = tileBytes(tile, hashAt);
	if (!bytes) throw new LogStopped("log_mismatch", { what: "a hash of a tile is missing", path: tilePath(tile) });
	await ports.putLogFile(workspaceId, tilePath(tile), bytes);
	if (tile.level > 0) return;
	const start = tile.index * TILE_WIDTH - step.base;
	const bundle = entryBundle(step.records.slice(start, start + tile.width));
	if (!bundle) throw new Error("a record is longer than a record may be");
	await ports.putLogFile(workspaceId, entriesPath(tile.index, tile.width), bundle);
}

/** A full tile says all that its narrower ones said. They stay if this fails. */
async function forgetPartials(ports: AuditLogPorts, workspaceId: string, from: Place, tiles: Tile[]): Promise<void> {
	for (const tile of tiles) {
		const started = tile.index * TILE_WIDTH ** (tile.level + 1) < from.seq;
		if (tile.width < TILE_WIDTH || !started) continue;
		const paths = [tilePath(tile), ...(tile.level === 0 ? [entriesPath(tile.index, tile.width)] : [])];
		for (const path of paths) await ports.forgetPartialTiles(workspaceId, path).catch(() => {});
	}
}

/**
 * Places on the way from one to another that is further than a step, where no batch's end tells of one: a tile's end at a time.
 * The whole way is gone over first.
 * @returns null if D1 has fewer records than it confirmed
 */
export async function placesBetween(ports: AuditLogPorts, workspaceId: string, from: Place, to: Place): Promise<Place[] | null> {
	const walk = new RecordWalk(from);
	const places: Place[] = [];
	let next = lastTileEnd(from.seq + STEP_RECORDS);
	while (walk.seq < to.seq) {
		const page = await ports.recordsAfter(workspaceId, walk.seq, Math.min(PAGE_RECORDS, to.seq - walk.seq));
		if (page.length === 0) return null;
		for (const row of page) {
			if (!walk.take(row)) throw new LogStopped("log_mismatch", { at: row.seq });
			if (walk.seq !== next) continue;
			places.push(walk.place);
			next = lastTileEnd(next + STEP_RECORDS);
		}
	}
	if (walk.place.edge !== to.edge) throw new LogStopped("log_mismatch", { from: from.seq, to: to.seq });
	return [...places.filter((place) => place.seq < to.seq), to];
}

/** The last number up to this one with which a tile of leaves is full. */
export function lastTileEnd(seq: number): number {
	return seq - (seq % TILE_WIDTH);
}
