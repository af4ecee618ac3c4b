/** No false alarm: exports of honest logs, of any size, with any of their checkpoints kept, are sound. */
import { expect, test } from "vitest";
import { verifyLog } from "../../src/tlog/verify-log.ts";
import { Chance, countOf } from "./support/chance.ts";
import { ndjson, verifyFile } from "./support/export-bytes.ts";
import { checkpointOf, makeLog } from "./support/log-maker.ts";
import { treeOf } from "./support/node-store.ts";

const EXPORTS = countOf("TLOG_HONEST_EXPORTS", 400);
const MOST_RECORDS = 300;
const LOGS = 12;

const chance = new Chance(20_261_123);
const logs = Array.from({ length: LOGS }, () => makeLog(chance, MOST_RECORDS));

test(
	`${EXPORTS} honest exports of 0 to ${MOST_RECORDS} records are sound`,
	async () => {
		const wrong: unknown[] = [];
		for (let run = 0; run < EXPORTS; run++) {
			const log = chance.pick(logs);
			const size = run <= 20 ? run : chance.upTo(MOST_RECORDS);
			const kept = Array.from({ length: chance.upTo(3) }, () => chance.upTo(size));
			const verdict = await verifyFile(
				ndjson(log.records.slice(0, size)),
				{
					vkeys: [log.signer.vkey],
					checkpoint: checkpointOf(log, size),
					kept: kept.map((at) => checkpointOf(log, at)),
					workspace: log.workspace,
				},
				chance.between(100, 9_000),
			);
			const matched = [...new Set(kept)].sort((one, other) => one - other);
			const asExpected = verdict.kind === "sound" && verdict.records === size && String(verdict.matched) === String(matched);
			if (!asExpected) wrong.push({ run, size, kept, verdict });
		}
		expect(wrong).toEqual([]);
	},
	EXPORTS * 20 + 20_000,
);

test("parts of honest logs are sound, from any declared start, and say what they leave out", async () => {
	for (let run = 0; run < 100; run++) {
		const log = chance.pick(logs);
		const size = chance.between(1, MOST_RECORDS);
		const before = chance.upTo(size);
		const keptAt = chance.upTo(size);
		const verdict = await verifyLog({
			records: log.records.slice(before, size),
			vkeys: [log.signer.vkey],
			checkpoint: checkpointOf(log, size),
			kept: [checkpointOf(log, keptAt)],
			start: { edge: treeOf(log.tree.leaves.slice(0, before)).edge.toText() },
		});
		expect(verdict).toMatchObject({
			kind: "sound",
			from: before + 1,
			records: size - before,
			matched: keptAt < before ? [] : [keptAt],
		});
		const unchecked = verdict.kind === "broken" ? [] : verdict.unchecked.map(({ code }) => code);
		expect(unchecked.includes("before_start")).toBe(before > 0);
		expect(unchecked.includes("kept_before_start")).toBe(keptAt < before);
		expect(unchecked.includes("first_prev")).toBe(before > 0 && before % 2 === 0);
	}
});
