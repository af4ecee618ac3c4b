/** The program that `docs/audit.md` gives to auditors who trust nothing of ours: it takes honest exports, and no tampered one. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Chance } from "./support/chance.ts";
import { chain, checkpointOf, makeLog, signerFor } from "./support/log-maker.ts";

const page = readFileSync(new URL("../../docs/audit.md", import.meta.url), "utf8");
const program = /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
const folder = mkdtempSync(join(tmpdir(), "hivekey-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

const chance = new Chance(20_261_126);
const log = makeLog(chance, 37);
const SIZE = 37;

function check(files: { records?: readonly string[] | string; checkpoint?: string; vkey?: string } = {}) {
	const { records = log.records, checkpoint = checkpointOf(log, SIZE), vkey = log.signer.vkey } = files;
	writeFileSync(join(folder, "check.py"), program);
	writeFileSync(
		join(folder, "records.ndjson"),
		typeof records === "string" ? records : records.map((one) => `${one}\n`).join(""),
	);
	writeFileSync(join(folder, "checkpoint"), checkpoint);
	const ran = spawnSync("python3", ["check.py", ".", vkey], { cwd: folder, encoding: "utf8" });
	if (ran.error) throw ran.error;
	return { exit: ran.status, out: ran.stdout.trim(), why: ran.stderr.trim() };
}

test.each([0, 1, 2, 3, 8, 21, SIZE])("holds for an honest log under its checkpoint of size %i", (size) => {
	expect(check({ checkpoint: checkpointOf(log, size) })).toEqual({
		exit: 0,
		out: `holds: ${size} records of ${log.signer.name}`,
		why: "",
	});
});

describe("does not hold", () => {
	const text = log.records.map((one) => `${one}\n`).join("");
	const made = chain(log.bodies.with(4, (log.bodies[4] as string).replace('"time":"2026', '"time":"2027')));
	const other = signerFor(chance, log.signer.name);

	test.each([
		["with one character changed", { records: text.replace("mail.send", "mail.sent") }, "record 2 is not in its place"],
		[
			"with the last record changed",
			{ records: log.records.with(36, (log.records[36] as string).replace("ws_", "wt_")) },
			"the root that was signed",
		],
		["with a record left out", { records: log.records.toSpliced(9, 1) }, "record 10 is not in its place"],
		[
			"with two records swapped",
			{ records: log.records.with(3, log.records[4] as string).with(4, log.records[3] as string) },
			"record 4 is not in its place",
		],
		[
			"with its tail cut off",
			{ records: log.records.slice(0, 30) },
			"there are 30 records, and the checkpoint was signed over 37",
		],
		["when it is cut in the middle of a line", { records: text.slice(0, -2) }, ""],
		["when it was chained anew", { records: made.records }, "the root that was signed"],
		[
			"when it was chained anew and signed by somebody else",
			{ records: made.records, checkpoint: checkpointOf({ ...made, signer: other }, SIZE) },
			"the key did not sign",
		],
		[
			"when it was chained anew and signed, against the checkpoint that was kept",
			{ records: made.records, checkpoint: checkpointOf(log, 20) },
			"the root that was signed",
		],
		["under another key", { vkey: other.vkey }, "the key did not sign"],
		["under a key with a changed letter", { vkey: log.signer.vkey.replace("hivekey", "hivekez") }, "this is no verifier key"],
	])("%s", (_what, files, why) => {
		const ran = check(files);
		expect([ran.exit, ran.out]).toEqual([1, ""]);
		expect(ran.why).toContain(why);
	});
});
