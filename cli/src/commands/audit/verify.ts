import { resolve } from "node:path";
import type { LogReport } from "../../../../src/tlog/log-verdict.ts";
import { type CheckedLog, checkLog } from "../../audit/check-log.ts";
import { fetchSignedLog, readNote } from "../../audit/log-files.ts";
import { pinnedKeys } from "../../audit/pinned-keys.ts";
import { readExport, readNotes } from "../../audit/read-export.ts";
import { keepTrust, readTrust, trustName } from "../../audit/trust-file.ts";
import { failureOf, type KeyOrigin, reportJson, reportLines, verifiedLine } from "../../audit/verdict-text.ts";
import type { Command, Context } from "../../command.ts";
import { CliFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";

export const verify: Command = {
	name: "audit verify",
	summary: "Check that the log was not changed",
	description:
		"Recomputes every record's hash, the chain and the tree, and compares with the signed checkpoint and with every one that was kept. " +
		"With a file or a folder that `hivekey audit export` wrote it needs no network; without one it reads the gateway's log, pins its key " +
		"at first sight, and keeps the newest checkpoint for the next time. Exits 1 if anything is wrong, and names the first bad record.",
	arguments: [
		{ name: "export", description: "a file or a folder of an export; left out: the gateway's log", optional: true, isPath: true },
	],
	options: [
		{ flags: "--vkey <key>", description: "the log's verifier key, as you know it; instead of the pinned one", repeatable: true },
		{ flags: "--checkpoint <file>", description: "a checkpoint that you kept", repeatable: true },
	],
	examples: [
		{ command: "hivekey audit verify", says: "the gateway's log, and that it grew from what was seen before" },
		{ command: "hivekey audit verify log/", says: "an export, without a network" },
		{ command: "hivekey audit verify log.ndjson --checkpoint may.txt --vkey KEY", says: "against what you kept" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const path = input.argument(0);
		const [checked, keys] = path === "" ? await verifyOnline(input, context) : await verifyOffline(path, input, context);
		context.terminal.endProgress();
		const { verdict } = checked;
		if (context.format === "json") context.terminal.json(reportJson(checked, keys));
		else if (verdict.kind !== "broken") {
			if (verdict.kind === "sound") context.terminal.done(verifiedLine(verdict.records, checked.beyond));
			const report = checked as CheckedLog & { verdict: LogReport };
			context.terminal.print(...reportLines(report, keys, path === "" ? "gateway" : "export"));
		}
		const failure = failureOf(verdict);
		if (failure !== null) throw failure;
	},
};

async function verifyOffline(path: string, input: Input, context: Context): Promise<[CheckedLog, KeyOrigin]> {
	const { world, terminal } = context;
	const onDisk = await readExport(resolve(world.cwd, path), path);
	const kept = await readNotes(input.list("checkpoint").map((shown) => ({ shown, path: resolve(world.cwd, shown) })));
	const checkpoints = [...(onDisk.checkpoint === null ? [] : [onDisk.checkpoint]), ...kept];
	if (checkpoints.length === 0)
		throw new CliFailure(`${path} has no checkpoint beside it, so nothing says what the records should be`, {
			code: "no_checkpoint",
			next: "Name one that you kept: --checkpoint FILE. `hivekey audit export -f FOLDER/` writes it beside the records.",
		});
	const trusted = Object.values(await readTrust(world)).filter((log) => log.origin === readNote(checkpoints[0] ?? "")?.origin);
	const given = input.list("vkey");
	const pinned = [...new Set(trusted.flatMap((log) => log.vkeys))];
	const keys: KeyOrigin =
		given.length > 0
			? { vkeys: given, how: "given" }
			: pinned.length > 0
				? { vkeys: pinned, how: "pinned" }
				: { vkeys: onDisk.vkeys, how: "beside" };
	if (keys.vkeys.length === 0)
		throw new CliFailure("There is no key to verify the checkpoint with", {
			code: "no_key",
			next: "Name the log's verifier key: --vkey KEY. `hivekey audit verify` without a path pins it.",
		});
	const checked = await checkLog({
		records: onDisk.records,
		vkeys: keys.vkeys,
		kept: checkpoints,
		onProgress: progress(context),
	});
	terminal.endProgress();
	return [checked, keys];
}

async function verifyOnline(input: Input, context: Context): Promise<[CheckedLog, KeyOrigin]> {
	const { world, terminal, connect } = context;
	const { admin, url } = await connect();
	const { workspace_id: workspace } = await admin.whoami();
	const signed = await fetchSignedLog(admin);
	if (signed === null)
		throw new CliFailure("The log has no checkpoint yet", {
			code: "no_checkpoint",
			next: "The first is made within a minute of its first record.",
		});
	const name = trustName(url, workspace);
	const trusted = (await readTrust(world))[name] ?? null;
	const given = input.list("vkey");
	const keys = pinnedKeys(trusted, given, signed);
	if (keys.kind === "alarm")
		throw new CliFailure(`The log does not verify: ${keys.message}`, {
			code: "key_changed",
			next: "Ask the operator, on another way than this gateway, whether the key was changed. Until then believe nothing that it shows.",
		});
	const kept = await readNotes(input.list("checkpoint").map((shown) => ({ shown, path: resolve(world.cwd, shown) })));
	const checked = await checkLog({
		// Those behind the checkpoint too: their chain can be checked, and how many they are is told.
		records: () => exported(admin.audit.export()),
		vkeys: keys.vkeys,
		checkpoint: signed.checkpoint,
		kept: [...(trusted?.checkpoint ? [trusted.checkpoint] : []), ...kept],
		workspace,
		asOf: world.now().toISOString(),
		onProgress: progress(context),
	});
	terminal.endProgress();
	if (checked.verdict.kind !== "broken" && given.length === 0) {
		const since = trusted?.since ?? world.now().toISOString();
		await keepTrust(world, name, { origin: signed.origin, vkeys: keys.vkeys, checkpoint: signed.checkpoint, since });
		if (keys.kind === "first") terminal.note(`The key of this log is pinned from now on: ${keys.vkeys.join(", ")}`);
	}
	return [checked, { vkeys: keys.vkeys, how: given.length > 0 ? "given" : keys.kind }];
}

async function* exported(records: AsyncIterable<{ bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
	for await (const { bytes } of records) yield bytes;
}

function progress({ terminal }: Context): (seq: number, size: number) => void {
	return (seq, size) => terminal.progress(`${seq} of ${size} records`);
}
