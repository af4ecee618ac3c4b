/** Rows of the tail, printed: a table for people, or records for programs. */
import type { Format } from "../command.ts";
import { csvRow } from "../output/csv.ts";
import { jsonLine } from "../output/json.ts";
import { Table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import type { TailRow } from "./tail-rows.ts";

/** Wide enough for most names, so that rows which follow later stay in line. */
const AGENT_WIDTH = 12;
const ACTION_WIDTH = 10;

const CSV_COLUMNS = ["time", "seq", "act_id", "agent", "action", "verdict", "state", "matched_guard", "reason_code", "detail"];

export interface TailPrinter {
	/** Prints what is there already; called once. */
	begin(rows: TailRow[]): void;
	/** Prints one that came later. */
	add(row: TailRow): void;
}

/** The printer for a format. */
export function tailPrinter(format: Format, terminal: Terminal): TailPrinter {
	if (format === "json") {
		return { begin: (rows) => terminal.json(rows.map((row) => row.record)), add: (row) => terminal.print(jsonLine(row.record)) };
	}
	if (format === "ndjson") return lines(terminal, [], (row) => jsonLine(row.record));
	if (format === "csv") return lines(terminal, [csvRow(CSV_COLUMNS)], (row) => csvRow(csvCells(row)));
	return tablePrinter(terminal);
}

function tablePrinter(terminal: Terminal): TailPrinter {
	const columns = [
		{ title: "TIME", width: 8 },
		{ title: "AGENT", width: AGENT_WIDTH },
		{ title: "ACTION", width: ACTION_WIDTH },
		{ title: "VERDICT", colour: (cell: string) => verdictColour(cell, terminal) },
		{ title: "DETAIL" },
	];
	const table = new Table(columns, terminal.room);
	const cells = (row: TailRow) => [row.time, row.agent, row.action, row.verdict, row.detail];
	return {
		begin(rows) {
			table.fit(rows.map(cells));
			terminal.print(table.header(), ...rows.map((row) => table.row(cells(row))));
		},
		add: (row) => terminal.print(table.row(cells(row))),
	};
}

function lines(terminal: Terminal, head: string[], text: (row: TailRow) => string): TailPrinter {
	return { begin: (rows) => terminal.print(...head, ...rows.map(text)), add: (row) => terminal.print(text(row)) };
}

function verdictColour(cell: string, terminal: Terminal): string {
	const { green, red, yellow } = terminal.colours;
	const colour = { allow: green, deny: red, review: yellow }[cell.trim()];
	return colour === undefined ? cell : colour(cell);
}

function csvCells({ record, verdict, detail }: TailRow): string[] {
	const { time, seq, act_id, agent = "", action, state, matched_guard = "", reason_code = "" } = record;
	const decided = record.kind === "admin" ? (record.verdict ?? "") : verdict;
	return [time, String(seq), act_id, agent, action, decided, state, matched_guard, reason_code, detail];
}
