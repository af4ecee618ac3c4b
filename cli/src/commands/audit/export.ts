import { join, resolve } from "node:path";
import { type Export, type Exported, exportToFile, exportToStdout } from "../../audit/export-records.ts";
import { fetchSignedLog, fetchTiles, isFolder, putFile, type SignedLog } from "../../audit/log-files.ts";
import type { Command, Context } from "../../command.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";

const RECORDS = { ndjson: "records.ndjson", csv: "records.csv" } as const;

export const exportLog: Command = {
	name: "audit export",
	summary: "Write the log to a file or a folder",
	description:
		"ndjson is the log itself: each record's stored bytes, one a line, fit for `hivekey audit verify`. Run again, it goes on after the " +
		"last whole line. A folder gets records.ndjson, and the checkpoint and key that the records are verified against. tiles is the " +
		"tree as the tools of transparency logs read it (C2SP tlog-tiles).",
	arguments: [],
	options: [
		{
			flags: "-f, --file <path>",
			description: "a file, a folder (which is there, or ends in /), or - for standard output",
			required: true,
		},
		{ flags: "--format <format>", description: "ndjson if left out", choices: ["ndjson", "csv", "tiles"] },
		{ flags: "--since-seq <number>", description: "only records from this sequence number on" },
	],
	examples: [
		{ command: "hivekey audit export -f log/", says: "everything that `hivekey audit verify log/` needs" },
		{ command: "hivekey audit export -f log.csv --format csv", says: "for a spreadsheet" },
		{ command: "hivekey audit export -f - | gzip > log.ndjson.gz", says: "into a pipe" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, connect } = context;
		const file = input.text("file") ?? "";
		const format = (input.text("format") ?? "ndjson") as "ndjson" | "csv" | "tiles";
		const sinceSeq = sinceOf(input);
		if (format === "tiles" && (file === "-" || sinceSeq !== undefined))
			throw usageFailure("tiles are a whole tree of files", "Name a folder, and leave --since-seq out.");
		if (file === "-" && context.format === "json")
			throw usageFailure("-f - and -o json both want standard output", "Leave one out.");
		const path = resolve(world.cwd, file);
		const intoFolder = format === "tiles" || (file !== "-" && (/[\\/]$/.test(file) || (await isFolder(path))));
		const { admin } = await connect();
		const stop = new AbortController();
		const letGo = world.onInterrupt(() => stop.abort(interrupted()));
		try {
			// The checkpoint first: what it covers is there by then.
			const signed = intoFolder ? await fetchSignedLog(admin, stop.signal) : null;
			if (format === "tiles") return await exportTiles(context, path, file, signed, stop.signal);
			const what: Export = { admin, terminal, format, sinceSeq, atLeast: signed?.size ?? 0, signal: stop.signal };
			if (file === "-") {
				await exportToStdout(world, what);
				return;
			}
			if (intoFolder) await putFolder(path);
			const target = intoFolder ? join(path, RECORDS[format]) : path;
			const shown = intoFolder ? join(file, RECORDS[format]) : file;
			const exported = await exportToFile(target, shown, what);
			if (signed !== null && format === "ndjson") await putSigned(path, signed);
			tell(context, shown, exported, intoFolder ? signed : undefined);
		} finally {
			letGo();
		}
	},
};

async function exportTiles(
	context: Context,
	path: string,
	shown: string,
	signed: SignedLog | null,
	signal: AbortSignal,
): Promise<void> {
	const { terminal, format, connect } = context;
	if (signed === null)
		throw new CliFailure("This gateway has no tiles", { code: "not_found", next: "Leave --format tiles out." });
	const { admin } = await connect();
	const files = await fetchTiles(admin, path, signed.size, terminal, signal);
	await putSigned(path, signed);
	if (format === "json") terminal.json({ files, size: signed.size });
	else terminal.done(`${files} new files in ${shown} · the tree of ${signed.size} records`);
}

async function putFolder(path: string): Promise<void> {
	const { mkdir } = await import("node:fs/promises");
	await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: Error) => {
		throw new CliFailure(`Cannot make the folder ${path}: ${error.message}`, {
			code: "file_unwritable",
			next: "Name another with -f.",
		});
	});
}

async function putSigned(folder: string, signed: SignedLog): Promise<void> {
	await putFile(join(folder, "key"), signed.keyText);
	await putFile(join(folder, "checkpoint"), signed.checkpoint);
}

/** @param signed - null if the gateway signs nothing, undefined if nothing signed was wanted */
function tell({ terminal, format }: Context, shown: string, exported: Exported, signed: SignedLog | null | undefined): void {
	const { records, lastSeq } = exported;
	const size = signed?.size;
	if (format === "json") {
		terminal.json({ records, last_seq: lastSeq, checkpoint_size: size ?? null });
		return;
	}
	const covered = size === undefined ? "" : ` · signed up to ${size}`;
	terminal.done(`${records} new records in ${shown} · up to ${lastSeq}${covered}`);
	if (signed === null) terminal.note("This gateway signs no checkpoints: the records can be read, not verified.");
}

function sinceOf(input: Input): number | undefined {
	const text = input.text("sinceSeq");
	if (text === undefined) return undefined;
	if (!/^[1-9]\d{0,14}$/.test(text)) throw usageFailure(`--since-seq ${text} is not a sequence number`, "They begin at 1.");
	return Number(text) - 1;
}

function interrupted(): CliFailure {
	return new CliFailure("Interrupted", { code: "interrupted", next: "Run the same command again: it goes on where it was." });
}
