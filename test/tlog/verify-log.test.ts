/** What verifying a log answers: which fault, at which record, and what it could not check. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordState, UnsequencedRecord } from "../../src/contract/audit-record.ts";
import { entryBundle, readEntryBundle } from "../../src/tlog/entry-bundle.ts";
import { recordLines } from "../../src/tlog/record-lines.ts";
import { type LogToVerify, verifyLog } from "../../src/tlog/verify-log.ts";
import { Chance } from "./support/chance.ts";
import { ndjson, verifyFile } from "./support/export-bytes.ts";
import { bodyOf, chain, checkpointOf, type MadeLog, makeLog, START_MS, signerFor } from "./support/log-maker.ts";
import { treeOf } from "./support/node-store.ts";

const chance = new Chance(7);
const log = makeLog(chance, 40);
const cutHere = (size: number) => log.records.slice(0, size);
const verify = (more: Partial<LogToVerify>, of: MadeLog = log) =>
	verifyLog({ records: of.records, vkeys: [of.signer.vkey], checkpoint: checkpointOf(of, of.records.length), ...more });
const faultOf = async (more: Partial<LogToVerify>) => {
	const verdict = await verify(more);
	return verdict.kind === "broken" ? [verdict.fault.code, verdict.fault.seq] : verdict.kind;
};
const uncheckedOf = async (more: Partial<LogToVerify>) => {
	const verdict = await verify(more);
	return verdict.kind === "broken" ? verdict.fault : verdict.unchecked.map(({ code }) => code);
};

describe("a whole log", () => {
	test("is sound, and the answer says what was checked", async () => {
		const verdict = await verify({ kept: [checkpointOf(log, 30), checkpointOf(log, 12), checkpointOf(log, 12)] });
		expect(verdict).toMatchObject({
			kind: "sound",
			origin: log.signer.name,
			workspace: log.workspace,
			size: 40,
			from: 1,
			records: 40,
			matched: [12, 30],
			unresolved_count: 0,
		});
	});

	test("may come as texts, as bytes, as lines of a file in any chunks, or as entry bundles", async () => {
		const bundle = entryBundle(log.records) as Uint8Array;
		async function* later() {
			for (const record of log.records) yield record;
		}
		expect(await faultOf({ records: log.records })).toBe("sound");
		expect(await faultOf({ records: later() })).toBe("sound");
		expect(await faultOf({ records: readEntryBundle(bundle, 40) ?? [] })).toBe("sound");
		for (const size of [1, 7, 64, 1_000_000])
			expect(
				await verifyFile(ndjson(log.records), { vkeys: [log.signer.vkey], checkpoint: checkpointOf(log, 40) }, size),
			).toMatchObject({ kind: "sound" });
		expect(await faultOf({ records: recordLines([ndjson(log.records).slice(0, -1)]) })).toBe("sound");
	});

	test("that is empty is sound under a checkpoint of size 0", async () => {
		expect(await verify({ records: [], checkpoint: checkpointOf(log, 0), kept: [checkpointOf(log, 0)] })).toMatchObject({
			kind: "sound",
			workspace: null,
			records: 0,
			matched: [0],
		});
	});

	test("cut exactly at an old checkpoint is an honest older export; a later one at hand tells otherwise", async () => {
		const older = { records: cutHere(20), checkpoint: checkpointOf(log, 20) };
		expect(await uncheckedOf(older)).toEqual(["later_records", "no_kept_checkpoint"]);
		expect(await uncheckedOf({ ...older, kept: [checkpointOf(log, 20)] })).toEqual(["later_records"]);
		expect(await faultOf({ ...older, kept: [checkpointOf(log, 21)] })).toEqual(["cut_below_kept", 21]);
	});

	test("that starts later says what it leaves out", async () => {
		const from = (before: number, prev?: string) => ({
			records: log.records.slice(before),
			start: { edge: treeOf(log.tree.leaves.slice(0, before)).edge.toText(), prev },
			kept: [checkpointOf(log, 10), checkpointOf(log, 30)],
		});
		expect(await uncheckedOf(from(11))).toEqual(["later_records", "before_start", "kept_before_start"]);
		expect(await uncheckedOf(from(12))).toEqual(["later_records", "before_start", "kept_before_start", "first_prev"]);
		const leaf = Buffer.from(log.tree.leaves[11] as Uint8Array).toString("hex");
		expect(await uncheckedOf(from(12, leaf))).toEqual(["later_records", "before_start", "kept_before_start"]);
		expect(await faultOf(from(12, "0".repeat(64)))).toEqual(["broken_chain", 13]);
		expect(await faultOf(from(11, "0".repeat(64)))).toEqual(["start_refused", null]);
		expect(await faultOf({ ...from(40) })).toBe("sound");
		expect(await faultOf({ ...from(11), start: { edge: "11" } })).toEqual(["start_refused", null]);
		expect(await faultOf({ ...from(11), checkpoint: checkpointOf(log, 10) })).toEqual(["start_refused", null]);
		const foreign = treeOf(makeLog(new Chance(8), 11).tree.leaves).edge.toText();
		expect(await faultOf({ ...from(11), start: { edge: foreign } })).toEqual(["broken_chain", 12]);
		expect(await faultOf({ ...from(12), start: { edge: treeOf(log.tree.leaves.slice(1, 13)).edge.toText() } })).toEqual([
			"root_mismatch",
			13,
		]);
	});
});

describe("a fault", () => {
	const changed = (at: number, edit: (record: string) => string) => log.records.with(at - 1, edit(log.records[at - 1] as string));

	test.each<[string, string[], [string, number]]>([
		["a changed field", changed(9, (record) => record.replace("mail.send", "mail.sand")), ["broken_chain", 9]],
		["a changed prev", changed(9, (record) => record.replace(/"prev":"./, '"prev":"g')), ["not_a_record", 9]],
		["another prev", changed(9, (record) => record.replace(/"prev":"(?:0|.)/, '"prev":"0')), ["broken_chain", 9]],
		["the last record changed", changed(40, (record) => record.replace("mail.send", "mail.sand")), ["root_mismatch", 1]],
		["another number", changed(9, (record) => record.replace('"seq":9', '"seq":8')), ["wrong_seq", 9]],
		["a leading zero", changed(9, (record) => record.replace('"seq":9', '"seq":09')), ["not_a_record", 9]],
		["another version", changed(9, (record) => record.replace('"v":1', '"v":2')), ["not_a_record", 9]],
		["a second number", changed(9, (record) => record.replace(/}$/, ',"seq":7}')), ["not_a_record", 9]],
		["a second prev", changed(9, (record) => record.replace(/}$/, ',"prev":"x"}')), ["not_a_record", 9]],
		["a space after it", changed(9, (record) => `${record} `), ["not_a_record", 9]],
		["a space in it", changed(9, (record) => record.replace(/}$/, " }")), ["broken_chain", 9]],
		["broken JSON", changed(9, (record) => record.replace(/"}$/, "}")), ["not_a_record", 9]],
		["no workspace", changed(9, (record) => record.replace('"workspace"', '"workspaces"')), ["not_a_record", 9]],
		["an empty record", changed(9, () => ""), ["not_a_record", 9]],
		["half a character", changed(9, (record) => record.replace("mail.send", "mail.\ud800")), ["not_a_record", 9]],
		["a record of 17 KB", changed(9, (record) => record.replace("mail.send", "x".repeat(17_000))), ["too_long", 9]],
		["a record missing", log.records.toSpliced(8, 1), ["wrong_seq", 9]],
		["the last one missing", cutHere(39), ["cut_short", 40]],
		["no records", [], ["cut_short", 1]],
	])("with %s is found at the right place", async (_, records, expected) => {
		expect(await faultOf({ records })).toEqual(expected);
	});

	test("in a chain that was made anew lies between the kept checkpoints around it", async () => {
		const bodies = log.bodies.with(16, bodyOf(chance, START_MS, { workspace: log.workspace }));
		const kept = [checkpointOf(log, 10), checkpointOf(log, 25), checkpointOf(log, 35)];
		const verdict = await verify({ records: chain(bodies).records, kept });
		expect(verdict).toMatchObject({ kind: "broken", fault: { code: "root_mismatch", seq: 11, upTo: 25 } });
	});

	test("of bytes that are not UTF-8, or of a line without an end, is found without keeping the rest", async () => {
		const bytes = ndjson(log.records);
		const handed = { vkeys: [log.signer.vkey], checkpoint: checkpointOf(log, 40) };
		const bad = new Uint8Array(bytes);
		bad[bytes.indexOf(10) + 90] = 0xff;
		expect(await verifyFile(bad, handed)).toMatchObject({ fault: { code: "not_utf8", seq: 2 } });
		let read = 0;
		function* endless() {
			for (; read < 1_000; read++) yield new Uint8Array(4_096).fill(97);
		}
		expect(await verify({ records: recordLines(endless()) })).toMatchObject({ fault: { code: "too_long", seq: 1 } });
		expect(read).toBeLessThan(10);
	});

	test("of a record beyond the checkpoint is told from one that was put in before its end", async () => {
		expect(await faultOf({ checkpoint: checkpointOf(log, 39) })).toEqual(["beyond_checkpoint", 40]);
		const bodies = log.bodies.toSpliced(20, 0, bodyOf(chance, START_MS, { workspace: log.workspace }));
		expect(await faultOf({ records: chain(bodies).records })).toEqual(["root_mismatch", 1]);
	});

	test("is the workspace: a record of another one, or the whole log", async () => {
		const stray = bodyOf(chance, START_MS, { workspace: "ws_other" });
		const made = { ...log, ...chain([...log.bodies, stray]) };
		expect(await verify({}, made)).toMatchObject({ fault: { code: "other_workspace", seq: 41 } });
		expect(await faultOf({ workspace: "ws_other" })).toEqual(["other_workspace", 1]);
	});
});

describe("whatever is handed over", () => {
	test("is answered, never thrown", async () => {
		const anything = fc.string({ unit: "binary", maxLength: 120 });
		const given = fc.record({ records: fc.array(anything, { maxLength: 5 }), note: anything, edge: anything, asOf: anything });
		await fc.assert(
			fc.asyncProperty(given, async ({ records, note, edge, asOf }) => {
				const kinds = await Promise.all([
					verify({ records, asOf }),
					verify({ checkpoint: note }),
					verify({ kept: [note] }),
					verify({ vkeys: [note] }),
					verify({ start: { edge, prev: note } }),
				]);
				expect(kinds.map(({ kind }) => kind)).toEqual(Array(5).fill("broken"));
				expect((await verify({ asOf })).kind).not.toBe("broken");
			}),
			{ seed: 12, numRuns: 100 },
		);
	});

	test("may be nested as deep as a record is long", async () => {
		const deep = log.records[0]?.replace(/}$/, `,"fields":${"[".repeat(7_000)}${"]".repeat(7_000)}}`) ?? "";
		expect(await faultOf({ records: [deep, ...log.records.slice(1)] })).toEqual(["broken_chain", 1]);
		const broken = log.records[0]?.replace(/}$/, `,"fields":${"[".repeat(15_000)}}`) ?? "";
		expect(await faultOf({ records: [broken] })).toEqual(["not_a_record", 1]);
	});
});

describe("a checkpoint", () => {
	const thief = signerFor(chance, log.signer.name);
	const other = makeLog(chance, 40);
	const rewritten = { signer: log.signer, tree: chain(log.bodies.with(3, log.bodies[4] as string)).tree };

	test.each<[string, Partial<LogToVerify>, string]>([
		["is signed by another key of that name", { checkpoint: checkpointOf(log, 40, thief) }, "checkpoint_refused"],
		["is another log's", { checkpoint: checkpointOf(other, 40) }, "checkpoint_refused"],
		["is not a note", { checkpoint: "{}" }, "checkpoint_refused"],
		["was kept and is not a note", { kept: ["", checkpointOf(log, 3)] }, "kept_checkpoint_refused"],
		["was kept and is signed by another key", { kept: [checkpointOf(log, 3, thief)] }, "kept_checkpoint_refused"],
		["was kept and is another log's", { kept: [checkpointOf(other, 3)] }, "kept_checkpoint_refused"],
		["of the same size was kept with another root", { kept: [checkpointOf(rewritten, 40)] }, "split_view"],
		["was kept twice with different roots", { kept: [checkpointOf(log, 9), checkpointOf(rewritten, 9)] }, "split_view"],
		["comes with a key that is none", { vkeys: [log.signer.vkey, "a+b+c"] }, "key_refused"],
		["comes without a pinned key", { vkeys: [] }, "checkpoint_refused"],
	])("that %s is refused before any record is read", async (_, more, code) => {
		const untouched: Iterable<string> = {
			[Symbol.iterator]() {
				throw new Error("a record was read");
			},
		};
		expect(await faultOf({ records: untouched, ...more })).toEqual([code, null]);
	});

	test("of another log is refused even if its key is pinned as well", async () => {
		expect(await faultOf({ vkeys: [log.signer.vkey, other.signer.vkey], kept: [checkpointOf(other, 3)] })).toEqual([
			"kept_checkpoint_refused",
			null,
		]);
	});
});

describe("an act", () => {
	const scene = (...states: [act: string, state: string, minute: number][]): MadeLog => {
		const bodies = states.map(([act_id, state, minute]) => {
			const more: Partial<UnsequencedRecord> & { workspace: string } = { workspace: "ws_a", act_id, state: state as RecordState };
			return bodyOf(chance, START_MS + minute * 60_000, more);
		});
		return { ...log, workspace: "ws_a", bodies, ...chain(bodies) };
	};
	const acts = async (made: MadeLog, more: Partial<LogToVerify> = {}) => {
		const verdict = await verify(more, made);
		if (verdict.kind === "broken") throw new Error(verdict.fault.message);
		return [verdict.kind, verdict.unresolved.map((act) => act.act_id), verdict.young.map((act) => act.act_id)];
	};

	test("that has an end, of whatever kind, is resolved", async () => {
		const ends = ["executed", "failed", "unknown", "denied", "expired"].flatMap((end): [string, string, number][] => [
			[`act_${end}`, end === "executed" ? "intent" : "held", 0],
			[`act_${end}`, end, 1],
		]);
		expect(await acts(scene(...ends, ["act_x", "denied", 1_000]))).toEqual(["sound", [], []]);
	});

	test("without an end is unresolved once the newest record is a quarter of an hour older; held, after 31 days", async () => {
		const open = (minutes: number) =>
			scene(
				["act_a", "intent", 0],
				["act_b", "held", 0],
				["act_c", "held", 0],
				["act_c", "released", 0],
				["act_d", "done", minutes],
			);
		expect(await acts(open(15))).toEqual(["sound", [], ["act_a", "act_b", "act_c"]]);
		expect(await acts(open(16))).toEqual(["unresolved", ["act_a", "act_c"], ["act_b"]]);
		expect(await acts(open(31 * 24 * 60 + 1))).toEqual(["unresolved", ["act_a", "act_b", "act_c"], []]);
		const grace = { runningSeconds: 3_600, streamingSeconds: 3_600, heldSeconds: 60 };
		expect(await acts(open(16), { grace })).toEqual(["unresolved", ["act_b"], ["act_a", "act_c"]]);
	});

	test("is judged by the moment of fetching, if that is later than the newest record", async () => {
		const made = scene(["act_a", "intent", 0]);
		expect(await acts(made)).toEqual(["sound", [], ["act_a"]]);
		expect(await acts(made, { asOf: new Date(START_MS + 3_600_000).toISOString() })).toEqual(["unresolved", ["act_a"], []]);
		expect(await acts(made, { asOf: new Date(0).toISOString() })).toEqual(["sound", [], ["act_a"]]);
	});

	test("in a state that this program does not know is said to be unchecked", async () => {
		const verdict = await verify({}, scene(["act_a", "paused", 0]));
		expect(verdict.kind === "sound" && verdict.unchecked.map(({ code }) => code)).toContain("unknown_states");
	});
});
