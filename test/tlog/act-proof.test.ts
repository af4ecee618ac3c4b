/** The proof of one act in one file: it verifies under the pinned key alone, and nothing in it can be changed. */
import { describe, expect, test } from "vitest";
import { type ActProof, proveAct, verifyProof } from "../../src/tlog/act-proof.ts";
import { signCheckpoint } from "../../src/tlog/checkpoint.ts";
import { Chance } from "./support/chance.ts";
import { checkpointOf, makeLog, signerFor } from "./support/log-maker.ts";

const chance = new Chance(11);
const log = makeLog(chance, 100);
const actOf = (record: string) => (JSON.parse(record) as { act_id: string }).act_id;
const last = actOf(log.records.find((record) => record.includes('"state":"executed"')) as string);
const records = log.records.flatMap((record, index) => (actOf(record) === last ? [{ seq: index + 1, record }] : []));
const signed = { vkey: log.signer.vkey, checkpoint: checkpointOf(log, 100), size: 100 };
const proof = proveAct(signed, records, log.tree.hashAt) as ActProof;
const verify = (changed: unknown, vkeys = [log.signer.vkey]) =>
	verifyProof(typeof changed === "string" ? changed : JSON.stringify(changed), vkeys);
const withPart = (part: object) => ({ ...proof, proofs: proof.proofs.with(0, { ...proof.proofs[0], ...part } as never) });

describe("the proof of an act", () => {
	test("verifies without the log, and gives back its records", () => {
		const verified = verify(proof);
		expect(verified).toMatchObject({ ok: true, actId: last, workspace: log.workspace, checkpoint: { size: 100 } });
		expect(verified.ok && verified.records.map(({ text }) => text)).toEqual(records.map(({ record }) => record));
		expect(records.length).toBeGreaterThan(1);
		expect(verify(JSON.stringify(proof, null, 2)).ok).toBe(true);
	});

	test("counts only under a pinned key, whatever key it names", () => {
		const other = makeLog(chance, 3).signer.vkey;
		expect(verify(proof, [other])).toMatchObject({ ok: false, message: expect.stringContaining("not pinned") });
		expect(verify(proof, [])).toMatchObject({ ok: false });
		expect(verify({ ...proof, vkey: other }, [other])).toMatchObject({
			ok: false,
			message: expect.stringContaining("checkpoint"),
		});
	});

	test("outlives a change of keys: any pinned key that signed the checkpoint will do", () => {
		const older = signerFor(chance, log.signer.name);
		const root = log.tree.rootOf(100);
		const checkpoint = signCheckpoint({ origin: older.name, size: 100, root, extensions: [] }, [log.signer, older]) as string;
		expect(verify({ ...proof, checkpoint }, [older.vkey])).toMatchObject({ ok: true, vkey: older.vkey });
		expect(verify({ ...proof, checkpoint }, [signerFor(chance, older.name).vkey])).toMatchObject({ ok: false });
	});

	test.each<[string, object]>([
		["another number", { seq: 3 }],
		["another index", { leaf_index: 0.5 }],
		["another tree size", { tree_size: 99 }],
		["no hashes", { hashes: [] }],
		["a hash that is none", { hashes: ["AAAA"] }],
		["a hash that is not base64", { hashes: ["!"] }],
		["a record of another act", { record: log.records.find((record) => actOf(record) !== last) }],
		["a record with a space more", { record: `${records[0]?.record} ` }],
		["a record that is not JSON", { record: "x" }],
	])("with %s is refused, and says of which record", (_, part) => {
		expect(verify(withPart(part))).toMatchObject({ ok: false });
	});

	test("with its records in another order, repeated, or none is refused", () => {
		expect(verify({ ...proof, proofs: proof.proofs.toReversed() })).toMatchObject({ ok: false });
		expect(verify({ ...proof, proofs: [proof.proofs[0], proof.proofs[0]] })).toMatchObject({ ok: false });
		expect(verify({ ...proof, proofs: [] })).toMatchObject({ ok: false, seq: null });
	});

	test("of two acts, each record being on the log, is refused", () => {
		const strange = log.records.findIndex((record, index) => index >= (records[0]?.seq ?? 0) && actOf(record) !== last);
		const mixed = [records[0] as { seq: number; record: string }, { seq: strange + 1, record: log.records[strange] as string }];
		expect(verify(proveAct(signed, mixed, log.tree.hashAt))).toMatchObject({ ok: false, seq: strange + 1 });
	});

	test("with any character changed is refused, or says the same", () => {
		const text = JSON.stringify(proof);
		const honest = verify(text);
		for (let i = 0; i < text.length; i++) {
			const changed = verify(text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1));
			if (changed.ok) expect(changed).toEqual(honest);
		}
	});

	test.each(["", "null", "[]", "1", '{"v":1}', '{"v":2}', "{", '{"v":1,"vkey":"","checkpoint":"","proofs":[null]}'])(
		"is not %j",
		(text) => {
			expect(verify(text)).toMatchObject({ ok: false, seq: null });
		},
	);

	test("cannot be made of a record that the checkpoint does not cover", () => {
		expect(proveAct({ ...signed, size: 1 }, records, log.tree.hashAt)).toBeNull();
	});
});
