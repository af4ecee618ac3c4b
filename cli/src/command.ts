/** A command is data: what it is called, what it takes, what it says about itself, and the function that does it. */
import type { Connection } from "./connection.ts";
import type { Input } from "./input.ts";
import type { Terminal } from "./output/terminal.ts";
import type { World } from "./world.ts";

export type Format = "table" | "json" | "ndjson" | "csv" | "yaml";

/** What the shell can complete a value with: names that the gateway has, or that the config file has. */
export type Completes = "role" | "agent" | "list" | "connector" | "secret" | "mailbox" | "key" | "profile" | "review";

export interface Argument {
	name: string;
	description: string;
	/** One or more of them; the last argument only. */
	variadic?: true;
	/** May be left out; the last argument only. */
	optional?: true;
	/** A path in the file system, for which `.` and `..` are names. */
	isPath?: true;
	/** All that it may be. */
	choices?: string[];
	completes?: Completes;
}

export interface Option {
	/** As commander writes it: `-f, --file <path>`. */
	flags: string;
	description: string;
	/** May be given more than once. */
	repeatable?: true;
	required?: true;
	choices?: string[];
	completes?: Completes;
}

export interface Example {
	command: string;
	says: string;
}

/** What `run` gets besides what the user typed. */
export interface Context {
	world: World;
	terminal: Terminal;
	format: Format;
	/** `--url` and `--profile`. */
	url: string | undefined;
	profile: string | undefined;
	/** The gateway that the user means, with the user's key. Fails if nobody is logged in. */
	connect(): Promise<Connection>;
}

export interface Command {
	/** Noun and verb: `role apply`. */
	name: string;
	summary: string;
	description: string;
	arguments: Argument[];
	options: Option[];
	examples: Example[];
	/** What `-o` may say; the first is what people get. */
	formats: Format[];
	/** Throws what went wrong. */
	run(input: Input, context: Context): Promise<void>;
}
