/**
 * Where tiles and entry bundles lie under a log's prefix.
 * @see https://c2sp.org/tlog-tiles#merkle-tree
 */
import { TILE_WIDTH, type Tile } from "./tiles.ts";

/** `tile/<L>/<N>[.p/<W>]`, such as `tile/0/x001/x234/067` or `tile/1/000.p/8`. */
export function tilePath(tile: Tile): string {
	return `tile/${tile.level}/${numberPath(tile.index)}${widthSuffix(tile.width)}`;
}

/** `tile/entries/<N>[.p/<W>]`: the records whose leaf hashes are in the level 0 tile of that index and width. */
export function entriesPath(index: number, width: number): string {
	return `tile/entries/${numberPath(index)}${widthSuffix(width)}`;
}

export type TilePath = { kind: "hashes"; tile: Tile } | { kind: "entries"; index: number; width: number };

/** What a path names, or null. Each tile has one path: leading zeroes too many, or a partial tile of 256, are refused. */
export function parseTilePath(path: string): TilePath | null {
	const parts = PATH.exec(path);
	if (!parts) return null;
	const [, level = "", elements = "", partial] = parts;
	const index = Number(elements.replace(/[x/]/g, ""));
	const width = partial === undefined ? TILE_WIDTH : Number(partial);
	if (!Number.isSafeInteger(index) || width > TILE_WIDTH) return null;
	const read: TilePath =
		level === "entries" ? { kind: "entries", index, width } : { kind: "hashes", tile: { level: Number(level), index, width } };
	return pathOf(read) === path && (read.kind === "entries" || read.tile.level <= 63) ? read : null;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

function pathOf(path: TilePath): string {
	return path.kind === "entries" ? entriesPath(path.index, path.width) : tilePath(path.tile);
}

/** Three digits an element, `x` before all but the last. */
function numberPath(index: number): string {
	let path = lastDigits(index);
	for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${lastDigits(rest)}/${path}`;
	return path;
}

function lastDigits(index: number): string {
	return String(index % 1000).padStart(3, "0");
}

function widthSuffix(width: number): string {
	return width === TILE_WIDTH ? "" : `.p/${width}`;
}
