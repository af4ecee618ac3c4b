/** What the user typed after a command, with the types that the command declared. */

export class Input {
	readonly #arguments: string[];
	readonly #options: Record<string, unknown>;

	constructor(args: string[], options: Record<string, unknown>) {
		this.#arguments = args;
		this.#options = options;
	}

	/** The argument at a position; the command parser has seen to it that it is there. */
	argument(index: number): string {
		return this.#arguments[index] ?? "";
	}

	/** All arguments from a position on. */
	argumentsFrom(index: number): string[] {
		return this.#arguments.slice(index);
	}

	/** The value of an option, undefined if it was not given. */
	text(name: string): string | undefined {
		const value = this.#options[name];
		return typeof value === "string" ? value : undefined;
	}

	/** All values of an option that may be repeated. */
	list(name: string): string[] {
		const value = this.#options[name];
		return Array.isArray(value) ? value.map(String) : [];
	}

	flag(name: string): boolean {
		return this.#options[name] === true;
	}

	/** Whether `--no-NAME` was given: the parser says so with a false. */
	isOff(name: string): boolean {
		return this.#options[name] === false;
	}
}
