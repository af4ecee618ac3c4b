/** No tampering goes unseen: with the pinned key and the newest kept checkpoint, every changed export is found out. */
import { describe, expect, test } from "vitest";
import { sequencedText } from "../../src/contract/record-text.ts";
import { Chance, countOf } from "./support/chance.ts";
import { ndjson, verifyFile } from "./support/export-bytes.ts";
import { bodyOf, chain, checkpointOf, type MadeLog, makeLog, START_MS, signerFor } from "./support/log-maker.ts";
import { withBitFlipped } from "./support/node-store.ts";

const MUTATIONS = countOf("TLOG_MUTATIONS", 3_000);
const chance = new Chance(9_162);
const logs = Array.from({ length: 24 }, () => makeLog(chance, chance.between(3, 30)));

/** What the verifier is handed: the file, and what came with it or was kept. */
interface Handed {
	file: Uint8Array;
	checkpoint: string;
	kept: string[];
	/** The first record that is not what it was, if that is one record. */
	at?: number;
}

interface Scene {
	log: MadeLog;
	size: number;
	/** Size of the newest checkpoint that the user kept, from 2 to `size`. */
	keptAt: number;
	honest: Handed;
}

type Mutation = (scene: Scene) => Handed;

const withRecords = (scene: Scene, records: string[], at?: number): Handed => ({ ...scene.honest, file: ndjson(records), at });
const recordsOf = ({ log, size }: Scene) => log.records.slice(0, size);
const bodiesOf = ({ log, size }: Scene) => log.bodies.slice(0, size);
const forged = ({ log }: Scene) =>
	bodyOf(chance, START_MS, { workspace: log.workspace, action: "mail.forge", state: "executed" });

/** The bodies with one changed, left out or put in. */
function rewritten(scene: Scene, most: number): { bodies: string[]; at: number } {
	const at = chance.upTo(most - 1);
	const bodies = bodiesOf(scene);
	const how = chance.upTo(2);
	if (how === 0) bodies[at] = (bodies[at] as string).replace('"time":"2026', '"time":"2027');
	else if (how === 1) bodies.splice(at, 0, forged(scene));
	else bodies.splice(at, 1);
	return { bodies, at: at + 1 };
}

const MUTATIONS_BY_NAME: Record<string, Mutation> = {
	"a flipped bit": (scene) => {
		const { file } = scene.honest;
		const bit = chance.upTo(file.length * 8 - 1);
		const at = file.subarray(0, bit >> 3).filter((byte) => byte === 10).length + 1;
		return { ...scene.honest, file: withBitFlipped(file, bit), at };
	},
	"the tail cut, under the checkpoint of that time": (scene) => {
		const size = chance.upTo(scene.keptAt - 1);
		return { ...withRecords(scene, scene.log.records.slice(0, size), size + 1), checkpoint: checkpointOf(scene.log, size) };
	},
	"the tail cut": (scene) => {
		const size = chance.upTo(scene.size - 1);
		return withRecords(scene, scene.log.records.slice(0, size), size + 1);
	},
	"the head cut": (scene) => withRecords(scene, recordsOf(scene).slice(chance.between(1, scene.size)), 1),
	"the head cut, and the rest chained anew": (scene) =>
		withRecords(scene, chain(bodiesOf(scene).slice(chance.between(1, scene.size - 1))).records),
	"two records swapped": (scene) => {
		const records = recordsOf(scene);
		const one = chance.upTo(scene.size - 2);
		const other = chance.between(one + 1, scene.size - 1);
		[records[one], records[other]] = [records[other] as string, records[one] as string];
		return withRecords(scene, records, one + 1);
	},
	"a record dropped": (scene) => {
		const at = chance.upTo(scene.size - 1);
		return withRecords(scene, recordsOf(scene).toSpliced(at, 1), at + 1);
	},
	"a record repeated": (scene) => {
		const at = chance.upTo(scene.size - 1);
		return withRecords(scene, recordsOf(scene).toSpliced(at, 0, scene.log.records[at] as string), at + 2);
	},
	"a record put in, with the right number and prev, and the rest renumbered": (scene) => {
		const at = chance.upTo(scene.size - 1);
		const bodies = bodiesOf(scene).toSpliced(at, 0, forged(scene));
		return withRecords(scene, chain(bodies).records, at + 1);
	},
	"a record replaced, with the right number and prev": (scene) => {
		const at = chance.upTo(scene.size - 1);
		const prev = /"prev":"([0-9a-f]{64})"/.exec(scene.log.records[at] as string)?.[1] as string;
		return withRecords(scene, recordsOf(scene).with(at, sequencedText(forged(scene), at + 1, prev)), at + 1);
	},
	"a record changed, and all after it chained anew": (scene) => {
		const { bodies, at } = rewritten(scene, scene.size);
		return withRecords(scene, chain(bodies).records, at);
	},
	"the log made anew and signed with another key of the same name": (scene) => {
		const made = chain(rewritten(scene, scene.size).bodies);
		const thief = signerFor(chance, scene.log.signer.name);
		const checkpoint = checkpointOf({ signer: thief, tree: made.tree }, made.records.length);
		return { ...scene.honest, file: ndjson(made.records), checkpoint };
	},
	"the log made anew below a kept checkpoint, and signed by the service itself": (scene) => {
		const { bodies, at } = rewritten(scene, scene.keptAt);
		// So that it is not merely shorter than what was kept.
		while (bodies.length < scene.size) bodies.push(forged(scene));
		const made = chain(bodies);
		const checkpoint = checkpointOf({ signer: scene.log.signer, tree: made.tree }, made.records.length);
		return { ...scene.honest, file: ndjson(made.records), checkpoint, at };
	},
	"a kept checkpoint of another log of the same size": (scene) => {
		const made = chain(rewritten(scene, scene.keptAt).bodies.concat(forged(scene)));
		return { ...scene.honest, kept: [checkpointOf({ signer: scene.log.signer, tree: made.tree }, scene.keptAt)] };
	},
	"a kept checkpoint with a changed character": (scene) => {
		const note = scene.honest.kept[0] as string;
		const at = chance.upTo(note.length - 1);
		const changed = note.slice(0, at) + String.fromCharCode(note.charCodeAt(at) ^ (1 << chance.upTo(6))) + note.slice(at + 1);
		return { ...scene.honest, kept: [changed] };
	},
	"a checkpoint with a changed character": (scene) => {
		const note = scene.honest.checkpoint;
		const at = chance.upTo(note.length - 1);
		const changed = note.slice(0, at) + String.fromCharCode(note.charCodeAt(at) ^ (1 << chance.upTo(6))) + note.slice(at + 1);
		return { ...scene.honest, checkpoint: changed };
	},
	"a truncated file": (scene) => ({
		...scene.honest,
		file: scene.honest.file.slice(0, scene.honest.file.length - chance.between(2, scene.honest.file.length)),
	}),
	CRLF: (scene) =>
		withRecords(
			scene,
			recordsOf(scene).map((record) => `${record}\r`),
			1,
		),
	"a byte order mark": (scene) => ({ ...scene.honest, file: new Uint8Array([0xef, 0xbb, 0xbf, ...scene.honest.file]), at: 1 }),
	"an empty line": (scene) => {
		const at = chance.upTo(scene.size);
		return withRecords(scene, recordsOf(scene).toSpliced(at, 0, ""), at + 1);
	},
	"another workspace's log": (scene) => {
		const other = logs.find((log) => log !== scene.log) as MadeLog;
		const size = other.records.length;
		return { ...scene.honest, file: ndjson(other.records), checkpoint: checkpointOf(other, size) };
	},
	"another workspace's records under this log's checkpoint": (scene) => {
		const other = makeLog(chance, scene.size);
		return withRecords(scene, other.records, 1);
	},
	"another workspace's record, chained and signed by the service itself": (scene) => {
		const at = chance.between(1, scene.size);
		const strange = bodyOf(chance, START_MS, { workspace: "ws_another" });
		const made = chain(bodiesOf(scene).toSpliced(at, 0, strange));
		const checkpoint = checkpointOf({ signer: scene.log.signer, tree: made.tree }, made.records.length);
		const kept = [checkpointOf(scene.log, chance.upTo(at))];
		return { file: ndjson(made.records), checkpoint, kept, at: at + 1 };
	},
};

function sceneOf(): Scene {
	const log = chance.pick(logs);
	const size = chance.between(3, log.records.length);
	const keptAt = chance.between(2, size);
	const kept = [checkpointOf(log, keptAt)];
	return { log, size, keptAt, honest: { file: ndjson(log.records.slice(0, size)), checkpoint: checkpointOf(log, size), kept } };
}

const verify = ({ log }: Scene, handed: Handed) =>
	verifyFile(
		handed.file,
		{ vkeys: [log.signer.vkey], checkpoint: handed.checkpoint, kept: handed.kept },
		chance.between(50, 9_000),
	);

describe("an export", () => {
	const names = Object.keys(MUTATIONS_BY_NAME);
	const each = Math.ceil(MUTATIONS / names.length);

	test.each(names)(
		`with %s is found out, ${each} times of ${each}, and placed where it was changed`,
		async (name) => {
			const unseen: unknown[] = [];
			const misplaced: unknown[] = [];
			for (let run = 0; run < each; run++) {
				const scene = sceneOf();
				const handed = (MUTATIONS_BY_NAME[name] as Mutation)(scene);
				const verdict = await verify(scene, handed);
				if (verdict.kind !== "broken") {
					unseen.push({ run, verdict });
					continue;
				}
				const { code, seq, upTo } = verdict.fault;
				// Of a log that ends early no root can be told: only where it ends.
				if (handed.at === undefined || seq === null || code === "cut_short") continue;
				if (seq > handed.at || (upTo ?? seq) < handed.at) misplaced.push({ run, at: handed.at, fault: verdict.fault });
			}
			expect(unseen).toEqual([]);
			expect(misplaced).toEqual([]);
		},
		MUTATIONS * 2 + 20_000,
	);

	test("that nobody touched is sound in every one of these scenes", async () => {
		for (let run = 0; run < 200; run++) {
			const scene = sceneOf();
			expect(await verify(scene, scene.honest)).toMatchObject({ kind: "sound" });
		}
	});
});
