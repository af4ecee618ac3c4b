/** Tables for people: a header, columns two spaces apart, no lines. Cells are made printable here. */
import { printable } from "./printable.ts";
import { displayWidth, padTo, truncateTo } from "./width.ts";

export interface Column {
	title: string;
	/** At least this wide. */
	width?: number;
	/** What is copied from here (an id): never cut, however narrow the terminal. */
	whole?: true;
	colour?: (cell: string) => string;
}

const GAP = "  ";
/** The last column keeps at least this much, however narrow the terminal. */
const LEAST_REST = 10;
/** And every other one this much. */
const LEAST = 8;

/** Lays rows out as they come. A column that had to grow stays as wide as it got. */
export class Table {
	readonly #columns: Column[];
	readonly #widths: number[];
	readonly #room: number | undefined;

	/** @param room - columns of the terminal; undefined if nobody watches, and then nothing is cut */
	constructor(columns: Column[], room: number | undefined) {
		this.#columns = columns;
		this.#widths = columns.map((column) => Math.max(displayWidth(column.title), column.width ?? 0));
		this.#room = room;
	}

	/** Makes the columns wide enough for these rows. */
	fit(rows: string[][]): void {
		for (const row of rows) {
			row.forEach((cell, at) => {
				this.#widths[at] = Math.max(this.#widths[at] ?? 0, displayWidth(printable(cell)));
			});
		}
	}

	header(): string {
		return this.#line(
			this.#columns.map((column) => column.title),
			false,
		);
	}

	row(cells: string[]): string {
		this.fit([cells]);
		return this.#line(cells.map(printable), true);
	}

	#line(cells: string[], coloured: boolean): string {
		const widths = this.#fitting();
		let used = 0;
		let line = "";
		cells.forEach((cell, at) => {
			const column = this.#columns[at];
			const last = at === cells.length - 1;
			const width = widths[at] ?? 0;
			const room = this.#room === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_REST, this.#room - used);
			const shown = last ? truncateTo(cell, room) : padTo(truncateTo(cell, width), width);
			const colour = coloured ? column?.colour : undefined;
			line += (colour === undefined ? shown : colour(shown)) + (last ? "" : GAP);
			used += width + GAP.length;
		});
		return line.trimEnd();
	}

	/** The widths of the columns where they fit into the terminal; else the widest ones give way, as long as any can. */
	#fitting(): number[] {
		const widths = [...this.#widths];
		if (this.#room === undefined) return widths;
		const rest = Math.min(LEAST_REST, widths.at(-1) ?? 0);
		const total = () => widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, rest);
		while (total() > this.#room) {
			const free = widths.flatMap((width, at) =>
				at < widths.length - 1 && width > LEAST && this.#columns[at]?.whole === undefined ? [at] : [],
			);
			const widest = free.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
			if (widest === undefined) break;
			widths[widest] = (widths[widest] ?? 0) - 1;
		}
		return widths;
	}
}

/** A whole table at once. */
export function tableLines(columns: Column[], rows: string[][], room: number | undefined): string[] {
	const table = new Table(columns, room);
	table.fit(rows);
	return [table.header(), ...rows.map((row) => table.row(row))];
}

/** Names and values one under the other. What is undefined is left out. */
export function pairLines(pairs: [name: string, value: string | undefined][]): string[] {
	const there = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
	const width = Math.max(...there.map(([name]) => displayWidth(name)));
	return there.map(([name, value]) => `${padTo(name, width)}${GAP}${printable(value)}`.trimEnd());
}
