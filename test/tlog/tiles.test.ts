/** Tiles and entry bundles: laid out as the specification says, and enough for every proof. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entryBundle, readEntryBundle } from "../../src/tlog/entry-bundle.ts";
import { leafHash } from "../../src/tlog/merkle-tree.ts";
import { consistencyProof, inclusionProof, planConsistency, planInclusion } from "../../src/tlog/proofs.ts";
import { entriesPath, parseTilePath, tilePath } from "../../src/tlog/tile-paths.ts";
import { grownTiles, hashesInTiles, type Tile, tileBytes, tileOf, tilesOfPlan } from "../../src/tlog/tiles.ts";
import { hex, hexes, numberedTree } from "./support/node-store.ts";

const paths = (from: number, to: number) => [...grownTiles(from, to)].map(tilePath);
const counted = (list: string[]) => ({
	level0Full: list.filter((path) => /^tile\/0\/[^p]*$/.test(path)).length,
	rest: list.filter((path) => !/^tile\/0\/[^p]*$/.test(path)),
});

describe("a tile's path", () => {
	test.each<[string, Tile]>([
		["tile/0/x001/x234/067", { level: 0, index: 1_234_067, width: 256 }],
		["tile/0/x001/x234/067.p/8", { level: 0, index: 1_234_067, width: 8 }],
		["tile/3/000", { level: 3, index: 0, width: 256 }],
		["tile/1/x001/000.p/255", { level: 1, index: 1_000, width: 255 }],
		["tile/63/999.p/1", { level: 63, index: 999, width: 1 }],
	])("%s names its level, index and width, both ways", (path, tile) => {
		expect(tilePath(tile)).toBe(path);
		expect(parseTilePath(path)).toEqual({ kind: "hashes", tile });
	});

	test("of an entry bundle has `entries` for the level", () => {
		expect(entriesPath(1_234_067, 8)).toBe("tile/entries/x001/x234/067.p/8");
		expect(parseTilePath("tile/entries/x001/x234/067.p/8")).toEqual({ kind: "entries", index: 1_234_067, width: 8 });
	});

	test.each([
		"",
		"tile/0",
		"tile/64/000",
		"tile/00/000",
		"tile/-1/000",
		"tile/0/0",
		"tile/0/0000",
		"tile/0/x000/001",
		"tile/0/001/002",
		"tile/0/x001",
		"tile/0/000.p/0",
		"tile/0/000.p/08",
		"tile/0/000.p/256",
		"tile/0/000.p/",
		"tile/0/000/",
		"/tile/0/000",
		"tile/0/../0/000",
		"tile/data/000",
		"tile/8/0/000",
		"tile/0/000\n",
		"tile/0/x999/x999/x999/x999/x999/999",
	])("is not %j", (path) => {
		expect(parseTilePath(path)).toBeNull();
	});

	test("is read back as it was written, for every tile", () => {
		fc.assert(
			fc.property(fc.nat({ max: 63 }), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
				expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ kind: "hashes", tile: { level, index, width } });
			}),
			{ seed: 1, numRuns: 300 },
		);
	});
});

describe("the tiles of a tree", () => {
	test("of 70,000 leaves are those that the specification counts", () => {
		const { level0Full, rest } = counted(paths(0, 70_000));
		expect(level0Full).toBe(273);
		expect(rest).toEqual(["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
	});

	test("of 256 leaves are a full one and one hash above it", () => {
		expect(paths(0, 256)).toEqual(["tile/0/000", "tile/1/000.p/1"]);
	});

	test("change with growth only where they have to", () => {
		expect(paths(0, 0)).toEqual([]);
		expect(paths(7, 7)).toEqual([]);
		expect(paths(7, 8)).toEqual(["tile/0/000.p/8"]);
		expect(paths(255, 257)).toEqual(["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
		expect(paths(511, 512)).toEqual(["tile/0/001", "tile/1/000.p/2"]);
		expect(paths(65_535, 65_536)).toEqual(["tile/0/255", "tile/1/000", "tile/2/000.p/1"]);
	});

	test("published at each growth are, together, all that the tree has", () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 8 }), (steps) => {
				const widths = new Map<string, number>();
				let size = 0;
				for (const step of steps) {
					for (const { level, index, width } of grownTiles(size, size + step)) widths.set(`${level}/${index}`, width);
					size += step;
				}
				const whole = [...grownTiles(0, size)].map(({ level, index, width }) => [`${level}/${index}`, width]);
				expect([...widths].sort()).toEqual(whole.sort());
			}),
			{ seed: 2, numRuns: 200 },
		);
	});
});

describe("proofs from tiles", () => {
	const SIZE = 70_000;
	const tree = numberedTree(SIZE);
	const published = new Map<string, Uint8Array>();
	const publish = (from: number, to: number) => {
		for (const tile of grownTiles(from, to)) published.set(tilePath(tile), tileBytes(tile, tree.hashAt) ?? new Uint8Array());
	};

	test("are those of the whole tree, from the tiles of that size alone", () => {
		publish(0, SIZE);
		const reader = hashesInTiles(SIZE, (tile) => published.get(tilePath(tile)) ?? null);
		fc.assert(
			fc.property(fc.nat({ max: SIZE - 1 }), fc.integer({ min: 1, max: SIZE }), (index, from) => {
				expect(hexes(inclusionProof(index, SIZE, reader))).toEqual(hexes(inclusionProof(index, SIZE, tree.hashAt)));
				expect(hexes(consistencyProof(from, SIZE, reader))).toEqual(hexes(consistencyProof(from, SIZE, tree.hashAt)));
			}),
			{ seed: 3, numRuns: 80 },
		);
	});

	test("need few of them, which are named beforehand", () => {
		publish(0, SIZE);
		for (const plan of [planInclusion(69_999, SIZE), planInclusion(0, SIZE), planConsistency(65_537, SIZE)]) {
			const tiles = tilesOfPlan(plan ?? [], SIZE);
			expect(tiles.length).toBeLessThanOrEqual(6);
			const named = new Set(tiles.map(tilePath));
			const reader = hashesInTiles(SIZE, (tile) => (named.has(tilePath(tile)) ? (published.get(tilePath(tile)) ?? null) : null));
			for (const { level, index } of (plan ?? []).flat()) expect(hex(reader(level, index))).toBe(hex(tree.hashAt(level, index)));
		}
	});

	test("accept a wider tile in the place of a partial one, and nothing that is shorter or odd", () => {
		const wide = tileBytes({ level: 0, index: 0, width: 200 }, tree.hashAt) as Uint8Array;
		const of = (bytes: Uint8Array | null) => hashesInTiles(100, () => bytes);
		expect(hex(of(wide)(3, 2))).toBe(hex(tree.hashAt(3, 2)));
		for (const bytes of [null, wide.slice(0, 99 * 32), wide.slice(0, 199 * 32 + 1), new Uint8Array()])
			expect(of(bytes)(3, 2)).toBeNull();
		expect(of(wide)(7, 0)).toBeNull();
		expect(tileOf({ level: 0, index: 100 }, 100)).toBeNull();
	});

	test("cannot be made of a tile with a hash that is not there", () => {
		expect(tileBytes({ level: 0, index: 0, width: 256 }, () => null)).toBeNull();
	});
});

describe("an entry bundle", () => {
	test("has each record after its length, the high byte first", () => {
		expect(hex(entryBundle(["a", "", "é", "x".repeat(258)]))).toBe(`000161000000${"02c3a90102"}${"78".repeat(258)}`);
	});

	test("is read back entry by entry, each hashing to its leaf", () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: "binary", maxLength: 400 }), { maxLength: 256 }), (records) => {
				const entries = readEntryBundle(entryBundle(records) ?? new Uint8Array(), records.length);
				expect(hexes((entries ?? []).map(leafHash))).toEqual(hexes(records.map(leafHash)));
			}),
			{ seed: 4, numRuns: 50 },
		);
	});

	test("that is cut anywhere, has a byte more or another count is refused", () => {
		const bundle = entryBundle(["one", "two", "three"]) as Uint8Array;
		for (let length = 0; length < bundle.length; length++) expect(readEntryBundle(bundle.slice(0, length), 3)).toBeNull();
		expect(readEntryBundle(new Uint8Array([...bundle, 0]), 3)).toBeNull();
		expect(readEntryBundle(bundle, 2)).toBeNull();
		expect(readEntryBundle(bundle, 4)).toBeNull();
		expect(readEntryBundle(new Uint8Array(2 * 257), 257)).toBeNull();
	});

	test("cannot have an entry of 64 KiB", () => {
		expect(entryBundle(["x".repeat(65_536)])).toBeNull();
		expect(entryBundle(["x".repeat(65_535)])?.length).toBe(65_537);
	});
});
