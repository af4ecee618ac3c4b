/**
 * What may stand where the cursor is. Reads the commands as data; names come from the gateway, within a second or not at all.
 * Candidates end up in a shell: whatever has other characters than a plain name is left out.
 */
import type { Command, Completes, Format } from "../command.ts";
import { COMMANDS, NOUNS } from "../commands/index.ts";

export interface Candidate {
	value: string;
	says: string;
}

/** The shell completes paths by itself. */
export const FILES = "files";

/** Asks for the names of a kind; never throws. */
export type NamesOf = (kind: Completes, wanted: { url: string | undefined; profile: string | undefined }) => Promise<Candidate[]>;

/** The parts of an option that completion needs. */
interface Taken {
	names: string[];
	/** What stands in `<…>`; undefined for a switch. */
	value: string | undefined;
	says: string;
	choices?: readonly string[] | undefined;
	completes?: Completes | undefined;
	repeatable?: boolean | undefined;
}

const PLAIN = /^[A-Za-z0-9@%+=:,./_-]+$/;
const PATHS = /path|file|folder/i;
const ALL_FORMATS: Format[] = ["table", "json", "ndjson", "csv", "yaml"];

/**
 * @param words - what stands behind `hivekey`, the last one as far as it is typed
 */
export async function complete(words: string[], namesOf: NamesOf): Promise<Candidate[] | typeof FILES> {
	// Bash takes `--role=x` for three words.
	const typed = words.slice(0, -1).filter((word) => word !== "=");
	const last = words.at(-1) ?? "";
	const current = last === "=" ? "" : last;
	const { command, names, positions, pending, used, wanted } = read(typed);
	const found = await candidates();
	if (found === FILES) return FILES;
	return found.filter(({ value }) => value.startsWith(current) && PLAIN.test(value));

	async function candidates(): Promise<Candidate[] | typeof FILES> {
		if (pending !== undefined) return valuesOf(pending, command, (kind) => namesOf(kind, wanted));
		if (current.startsWith("-")) {
			const free = optionsOf(command).filter((option) => option.repeatable || !option.names.some((name) => used.has(name)));
			return free.map(({ names: [name = ""], says }) => ({ value: name, says }));
		}
		if (command === undefined) return wordsAfter(names);
		const final = command.arguments.at(-1);
		const argument = command.arguments[positions] ?? (final?.variadic ? final : undefined);
		if (argument?.isPath) return FILES;
		if (argument?.choices !== undefined) return argument.choices.map((value) => ({ value, says: "" }));
		return argument?.completes === undefined ? [] : namesOf(argument.completes, wanted);
	}
}

/** What the words before the cursor come to. */
function read(typed: string[]) {
	const names: string[] = [];
	const used = new Set<string>();
	const wanted: { url: string | undefined; profile: string | undefined } = { url: undefined, profile: undefined };
	let command: Command | undefined;
	let positions = 0;
	let pending: Taken | undefined;
	for (const word of typed) {
		if (pending !== undefined) {
			if (pending.names.includes("--url")) wanted.url = word;
			if (pending.names.includes("--profile")) wanted.profile = word;
			pending = undefined;
		} else if (word.startsWith("-")) {
			const option = optionsOf(command).find((one) => one.names.includes(word));
			used.add(option?.names[0] ?? word);
			pending = option?.value === undefined ? undefined : option;
		} else if (command !== undefined) positions += 1;
		else {
			names.push(word);
			command = COMMANDS.find(({ name }) => name === names.join(" "));
		}
	}
	return { command, names, positions, pending, used, wanted };
}

async function valuesOf(
	option: Taken,
	command: Command | undefined,
	namesOf: (kind: Completes) => Promise<Candidate[]>,
): Promise<Candidate[] | typeof FILES> {
	if (option.names.includes("--output")) return (command?.formats ?? ALL_FORMATS).map((value) => ({ value, says: "" }));
	if (option.choices !== undefined) return option.choices.map((value) => ({ value, says: "" }));
	if (option.completes !== undefined) return namesOf(option.completes);
	return PATHS.test(option.value ?? "") ? FILES : [];
}

function wordsAfter(names: string[]): Candidate[] {
	if (names[0] === "help" || names.length > 1) return [];
	const [noun] = names;
	if (noun !== undefined) {
		const verbs = COMMANDS.filter(({ name }) => name.startsWith(`${noun} `));
		return verbs.map(({ name, summary }) => ({ value: name.slice(noun.length + 1), says: summary }));
	}
	const nouns = Object.entries(NOUNS).map(([value, says]) => ({ value, says }));
	const alone = COMMANDS.filter(({ name }) => !name.includes(" ")).map(({ name, summary }) => ({ value: name, says: summary }));
	return [...alone, ...nouns, { value: "help", says: "Show help for a command" }];
}

function optionsOf(command: Command | undefined): Taken[] {
	const own = (command?.options ?? []).map(({ flags, description, choices, completes, repeatable }) => ({
		names: flagNames(flags),
		value: /[<[]([^>\]]+)/.exec(flags)?.[1],
		says: description,
		choices,
		completes,
		repeatable,
	}));
	return [...own, ...GLOBAL];
}

const GLOBAL: Taken[] = [
	{ names: ["--url"], value: "url", says: "the gateway's address" },
	{ names: ["--profile"], value: "name", says: "the profile in the config file", completes: "profile" },
	{ names: ["--output", "-o"], value: "format", says: "how to print" },
	{ names: ["--help", "-h"], value: undefined, says: "show help" },
];

/** `-f, --file <path>` -> `--file`, `-f`. */
function flagNames(flags: string): string[] {
	return flags
		.split(/[ ,]+/)
		.filter((part) => part.startsWith("-"))
		.reverse();
}
