/** Where output goes, and whether a person is watching. Data on stdout, talk on stderr. */
import picocolors from "picocolors";
import type { World } from "../world.ts";
import { prettyJson } from "./json.ts";
import { printable } from "./printable.ts";

const DEFAULT_COLUMNS = 80;

type Colours = ReturnType<typeof picocolors.createColors>;

export class Terminal {
	readonly #world: World;
	#progressShown = false;
	/** Colours of stdout; they do nothing where colour is not wanted. */
	readonly colours: Colours;
	readonly errorColours: Colours;

	constructor(world: World) {
		this.#world = world;
		this.colours = picocolors.createColors(wantsColour(world, world.stdout.isTTY === true));
		this.errorColours = picocolors.createColors(wantsColour(world, world.stderr.isTTY === true));
	}

	/** How wide a table may be; undefined if stdout is not a terminal, and nothing may be cut then. */
	get room(): number | undefined {
		return this.#world.stdout.isTTY === true ? this.#world.stdout.columns || DEFAULT_COLUMNS : undefined;
	}

	/** Lines of data. They must be printable already. */
	print(...lines: string[]): void {
		if (lines.length > 0) this.#world.stdout.write(`${lines.join("\n")}\n`);
	}

	json(value: unknown): void {
		this.print(prettyJson(value));
	}

	/** A result in one line, with a tick where a person is watching. */
	done(text: string): void {
		const tick = this.#world.stdout.isTTY === true ? `${this.colours.green("✓")} ` : "";
		this.print(tick + printable(text));
	}

	/** The same on stderr, where stdout carries something else. */
	doneAside(text: string): void {
		const tick = this.#world.stderr.isTTY === true ? `${this.errorColours.green("✓")} ` : "";
		this.#world.stderr.write(`${tick}${printable(text)}\n`);
	}

	/** Talk: notes, hints, warnings. */
	note(text: string): void {
		this.#world.stderr.write(`${printable(text)}\n`);
	}

	/** Lines of talk that are printable already. */
	say(...lines: string[]): void {
		if (lines.length > 0) this.#world.stderr.write(`${lines.join("\n")}\n`);
	}

	/** A question; the answer is typed behind it. */
	prompt(text: string): void {
		this.#world.stderr.write(printable(text));
	}

	/** How far long work is, on a line that the next output replaces. Only where a person is watching. */
	progress(text: string): void {
		if (this.#world.stderr.isTTY !== true) return;
		this.#progressShown = true;
		this.#world.stderr.write(`\r\u001b[K${printable(text)}`);
	}

	/** Takes the line of the progress away. */
	endProgress(): void {
		if (this.#progressShown) this.#world.stderr.write("\r\u001b[K");
		this.#progressShown = false;
	}

	/** Shows what takes longer than a second, and for how long it has, until it is over. */
	async whileWorking<T>(text: string, work: Promise<T>): Promise<T> {
		const startedAt = Date.now();
		const ticking = setInterval(() => this.progress(`${text} … ${Math.round((Date.now() - startedAt) / 1000)} s`), 1_000);
		try {
			return await work;
		} finally {
			clearInterval(ticking);
			this.endProgress();
		}
	}

	/** Something that works and should be looked at. */
	warn(text: string, place?: string): void {
		const where = place === undefined ? "" : `${printable(place)}: `;
		this.#world.stderr.write(`${where}${this.errorColours.yellow("warning:")} ${printable(text)}\n`);
	}
}

/** @see https://no-color.org */
function wantsColour(world: World, isTerminal: boolean): boolean {
	const { NO_COLOR, FORCE_COLOR, TERM } = world.env;
	if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
	if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
	return isTerminal && TERM !== "dumb";
}
