import { resolve } from "node:path";
import { type VerifiedProof, verifyProof as verifyText } from "../../../../src/tlog/act-proof.ts";
import { readNote, textOf } from "../../audit/log-files.ts";
import { fullTime } from "../../audit/moment.ts";
import { readTrust } from "../../audit/trust-file.ts";
import type { Command } from "../../command.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";
import { pairLines, tableLines } from "../../output/table.ts";
import type { World } from "../../world.ts";

export const verifyProof: Command = {
	name: "audit verify-proof",
	summary: "Check a proof that an act is on the log",
	description: "Needs no gateway and no login: the log's key as you know it, or as `hivekey audit verify` pinned it.",
	arguments: [{ name: "file", description: "what `hivekey audit prove` wrote", isPath: true }],
	options: [{ flags: "--vkey <key>", description: "the log's verifier key; instead of the pinned one", repeatable: true }],
	examples: [{ command: "hivekey audit verify-proof proof.json --vkey KEY", says: "with the key that the operator published" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format }) {
		const file = input.argument(0);
		const text = await textOf(resolve(world.cwd, file));
		if (text === null) throw usageFailure(`There is no ${file}`, "Name what `hivekey audit prove` wrote.");
		const vkeys = await keysFor(text, input, world);
		const verified = verifyText(text, vkeys);
		if (!verified.ok) {
			const where = verified.seq === null ? "" : ` First bad sequence number: ${verified.seq}.`;
			throw new CliFailure(`The proof does not hold: ${verified.message}.${where}`, {
				code: "proof_refused",
				next: "Believe nothing of it. `hivekey audit prove` makes a new one.",
			});
		}
		if (format === "json") terminal.json(jsonOf(verified));
		else {
			terminal.done(`${verified.actId} is on the log`);
			terminal.print(
				...linesOf(verified, terminal.room),
				"",
				"Not checked:",
				"  whether the act has further records, and what came after the checkpoint",
			);
		}
	},
};

type Proven = Extract<VerifiedProof, { ok: true }>;

function linesOf({ checkpoint, workspace, records }: Proven, room: number | undefined): string[] {
	const rows = records.map(({ head }) => [String(head.seq), fullTime(head.time), head.state]);
	const about = pairLines([
		["log", checkpoint.origin],
		["workspace", workspace],
		["checkpoint", `${checkpoint.size} records`],
	]);
	return [...about, "", ...tableLines([{ title: "SEQ" }, { title: "TIME" }, { title: "STATE" }], rows, room)];
}

function jsonOf({ actId, checkpoint, workspace, records }: Proven): object {
	return {
		ok: true,
		act_id: actId,
		workspace,
		origin: checkpoint.origin,
		size: checkpoint.size,
		records: records.map(({ text }) => JSON.parse(text)),
	};
}

/** The keys that the user named, else those that were pinned for the log that the proof is of. */
async function keysFor(text: string, input: Input, world: World): Promise<string[]> {
	const given = input.list("vkey");
	if (given.length > 0) return given;
	const origin = originOf(text);
	const pinned = Object.values(await readTrust(world)).filter((log) => log.origin === origin);
	if (pinned.length > 0) return pinned.flatMap((log) => log.vkeys);
	throw new CliFailure("There is no key to check the proof with: the one inside it proves nothing", {
		code: "no_key",
		next: "Name the log's verifier key: --vkey KEY. `hivekey audit verify` pins it, if you may read the log.",
	});
}

function originOf(text: string): string | null {
	try {
		const { checkpoint } = JSON.parse(text) as { checkpoint?: unknown };
		return typeof checkpoint === "string" ? (readNote(checkpoint)?.origin ?? null) : null;
	} catch {
		return null;
	}
}
