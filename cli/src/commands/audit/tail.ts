import type { AuditQuery } from "../../../../sdk/typescript/src/index.ts";
import { parseMoment } from "../../audit/moment.ts";
import { follow, readTail } from "../../audit/read-tail.ts";
import { tailPrinter } from "../../audit/tail-printer.ts";
import type { Command } from "../../command.ts";
import { usageFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";

const DEFAULT_ACTS = 20;
const POLL_MS = 1_000;

export const tail: Command = {
	name: "audit tail",
	summary: "Show the latest acts on the log, or follow them",
	description:
		"One row an act, at its verdict, oldest first, in local time; a later failure, sign-off or expiry has a row of its own. " +
		"Shows the last 20 acts, with --since all of them since then. json, ndjson and csv carry the records behind the rows, in UTC.",
	arguments: [],
	options: [
		{ flags: "-n, --lines <count>", description: "how many acts" },
		{ flags: "-f, --follow", description: "go on with what happens, until Ctrl-C" },
		{ flags: "--agent <name>", description: "only this agent", completes: "agent" },
		{ flags: "--action <name>", description: "only this action" },
		{ flags: "--verdict <verdict>", description: "only this verdict", choices: ["allow", "deny", "review"] },
		{ flags: "--since <time>", description: "from then on: 30m, 1h, 2d ago, or an RFC 3339 time" },
		{ flags: "--until <time>", description: "up to then" },
		{ flags: "--text <text>", description: "only records with this text in them" },
		{ flags: "--all", description: "administrative acts too" },
	],
	examples: [
		{ command: "hivekey audit tail", says: "the last 20 acts" },
		{ command: "hivekey audit tail -f --verdict deny", says: "denials as they happen" },
		{ command: "hivekey audit tail --since 1h -o csv > hour.csv", says: "the last hour, for a spreadsheet" },
	],
	formats: ["table", "json", "ndjson", "csv"],
	async run(input, { world, terminal, format, connect }) {
		const following = input.flag("follow");
		if (following && format === "json")
			throw usageFailure("-f never ends, and a JSON array must", "Use -o ndjson: one record a line.");
		if (following && input.text("until") !== undefined)
			throw usageFailure("-f and --until contradict each other", "Leave one of them out.");
		const query = queryOf(input, world.now());
		const acts = actsOf(input);
		const { admin, url } = await connect();

		const stop = new AbortController();
		const letGo = following ? world.onInterrupt(() => stop.abort()) : () => undefined;
		try {
			const printer = tailPrinter(format, terminal);
			const { rows, lastSeq, reader } = await readTail(admin, query, acts, stop.signal);
			printer.begin(rows);
			if (!following) return;
			await follow({
				admin,
				query,
				afterSeq: lastSeq,
				signal: stop.signal,
				pollMs: POLL_MS,
				onRecord(record) {
					const row = reader.next(record);
					if (row !== null) printer.add(row);
				},
				onLost: () => terminal.note(`Lost the gateway at ${url}; following goes on when it is back. Ctrl-C ends it.`),
				onFound: () => terminal.note("The gateway is back."),
			});
		} catch (error) {
			if (!stop.signal.aborted) throw error;
		} finally {
			letGo();
		}
	},
};

function queryOf(input: Input, now: Date): AuditQuery {
	const since = momentOf(input, "since", now);
	const until = momentOf(input, "until", now);
	if (since !== undefined && until !== undefined && since > until)
		throw usageFailure(
			`--since ${input.text("since")} is later than --until ${input.text("until")}: nothing lies between them`,
			`Swap them: --since ${input.text("until")} --until ${input.text("since")}`,
		);
	return {
		agent: input.text("agent"),
		action: input.text("action"),
		verdict: input.text("verdict") as AuditQuery["verdict"],
		text: input.text("text"),
		since,
		until,
		kind: input.flag("all") ? undefined : "action",
	};
}

/** RFC 3339 in UTC, always of one length: as texts they are ordered as in time. */
function momentOf(input: Input, option: "since" | "until", now: Date): string | undefined {
	const text = input.text(option);
	if (text === undefined) return undefined;
	const moment = parseMoment(text, `--${option}`, now);
	// A clock may be off by a little.
	if (option === "since" && Date.parse(moment) > now.getTime() + 300_000)
		throw usageFailure(`--since ${text} is in the future`, "Say how long ago (30m, 1h, 2d), or a time that is over.");
	return moment;
}

function actsOf(input: Input): number {
	const text = input.text("lines");
	if (text === undefined) return input.text("since") === undefined ? DEFAULT_ACTS : Number.POSITIVE_INFINITY;
	if (!/^\d{1,7}$/.test(text)) throw usageFailure(`-n ${text} is not a number of acts`, "Say how many: -n 50");
	return Number(text);
}
