/** Commands as data -> commander. Commander parses, suggests and prints help; nothing else here knows it. */
import {
	type Command as Commander,
	CommanderError,
	Option as CommanderOption,
	InvalidArgumentError,
	program as root,
} from "commander";
import type { Command, Context, Format } from "./command.ts";
import { quickCommand } from "./commands/quick.ts";
import { connect } from "./connection.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { usageFailure } from "./failure.ts";
import { Input } from "./input.ts";
import type { Terminal } from "./output/terminal.ts";
import type { World } from "./world.ts";

const EXIT_CODES_HELP = "\nExit codes: 0 ok, 1 failed, 2 usage, 3 denied by policy, 4 not authenticated";

/**
 * Runs what was typed.
 * @param started - is told the command's name before it runs
 * @throws whatever the command throws, and CliFailure (usage) if there is no such command
 */
export async function runProgram(
	argv: string[],
	world: World,
	terminal: Terminal,
	started: (name: string) => void,
): Promise<ExitCode> {
	const { commands, nouns } = await commandsFor(argv);
	const program = buildProgram(world, commands, nouns, async (command, args, options) => {
		started(command.name);
		const context = contextOf(command, options, world, terminal);
		await command.run(new Input(args, options), context);
	});
	if (argv.length === 0) {
		program.outputHelp();
		return EXIT.ok;
	}
	try {
		await program.parseAsync(argv, { from: "user" });
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (error.exitCode === 0) return EXIT.ok;
		if (error.code === "commander.help") return EXIT.usage;
		throw usageFailure(
			error.message.replace(/^error: /, "").replaceAll("\n", " "),
			`See: hivekey ${helpFor(argv, commands)}--help`,
		);
	}
	return EXIT.ok;
}

type Run = (command: Command, args: string[], options: Record<string, unknown>) => Promise<void>;

/** The one that is meant, where it is a quick one; else all of them. */
async function commandsFor(argv: string[]): Promise<{ commands: Command[]; nouns: Record<string, string> }> {
	const quick = await quickCommand(argv);
	if (quick !== undefined) return { commands: [quick], nouns: {} };
	const { COMMANDS, NOUNS } = await import("./commands/index.ts");
	return { commands: COMMANDS, nouns: NOUNS };
}

function buildProgram(world: World, commands: Command[], nouns: Record<string, string>, run: Run): Commander {
	const program = root.createCommand("hivekey");
	program
		.description("HiveKey: roles, agents and the audit log of your gateway.")
		.version(world.version, "-V, --version", "show the version")
		.helpOption("-h, --help", "show help")
		.helpCommand("help [command]", "show help for a command")
		.option("--url <url>", "the gateway's address (else HIVEKEY_URL, else the profile's)")
		.option("--profile <name>", "the profile in the config file (else the current one)")
		.option("-o, --output <format>", "how to print: table or json; some commands know ndjson, csv or yaml")
		.configureHelp({ showGlobalOptions: true })
		.configureOutput({
			writeOut: (text) => world.stdout.write(text),
			writeErr: (text) => world.stderr.write(text),
			outputError: () => undefined,
			getOutHelpWidth: () => world.stdout.columns ?? 80,
			getErrHelpWidth: () => world.stderr.columns ?? 80,
			getOutHasColors: () => false,
			getErrHasColors: () => false,
		})
		.exitOverride()
		.addHelpText(
			"after",
			`\nStart here:\n  $ hivekey login --key hk_live_…\n  $ hivekey role apply -f support-agent.yaml\n${EXIT_CODES_HELP}`,
		);
	const groups = new Map<string, Commander>();
	for (const command of commands) {
		const [noun = "", verb] = command.name.split(" ");
		if (verb === undefined) {
			addCommand(program, noun, command, run);
			continue;
		}
		const group = groups.get(noun) ?? program.command(noun).description(nouns[noun] ?? "");
		groups.set(noun, group);
		addCommand(group, verb, command, run);
	}
	return program;
}

function addCommand(parent: Commander, name: string, command: Command, run: Run): void {
	const added = parent.command(name).summary(command.summary).description(`${command.summary}.\n\n${command.description}`);
	for (const { name: argument, description, variadic, optional } of command.arguments)
		added.argument(argumentText(argument, variadic === true, optional === true), description);
	for (const { flags, description, repeatable, required, choices } of command.options) {
		const option = new CommanderOption(flags, required ? `${description} (required)` : description);
		if (choices) option.choices(choices);
		if (repeatable) option.argParser(repeated(choices));
		added.addOption(option);
	}
	const width = Math.max(...command.examples.map((example) => example.command.length));
	const examples = command.examples.map((example) => `  $ ${example.command.padEnd(width > 60 ? 0 : width)}  # ${example.says}`);
	added.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
	added.action(async () => {
		const missing = command.options.find(
			(option, at) => option.required && added.getOptionValue(added.options[at]?.attributeName() ?? "") === undefined,
		);
		if (missing !== undefined) throw usageFailure(`${missing.flags} is missing`, `See: hivekey ${command.name} --help`);
		const unfit = added.args.find((text, at) => text === "" || (!isPath(command, at) && (text === "." || text === "..")));
		if (unfit !== undefined) throw usageFailure(`${JSON.stringify(unfit)} names nothing`, `See: hivekey ${command.name} --help`);
		await run(command, added.args, added.optsWithGlobals());
	});
}

/** As commander writes it: `<name>`, `[name]`, `<names...>`, `[names...]`. */
function argumentText(name: string, variadic: boolean, optional: boolean): string {
	const inner = variadic ? `${name}...` : name;
	return optional ? `[${inner}]` : `<${inner}>`;
}

/** Whether the argument at a position is a path; a variadic one takes all that follow. */
function isPath(command: Command, at: number): boolean {
	return (command.arguments[at] ?? command.arguments.at(-1))?.isPath === true;
}

/** Collects the values of an option that may be repeated. */
function repeated(choices: string[] | undefined) {
	return (value: string, before: string[] | undefined): string[] => {
		if (choices !== undefined && !choices.includes(value)) {
			throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
		}
		return [...(before ?? []), value];
	};
}

function contextOf(command: Command, options: Record<string, unknown>, world: World, terminal: Terminal): Context {
	const wanted = { url: options.url as string | undefined, profile: options.profile as string | undefined };
	const format = (options.output ?? command.formats[0]) as Format;
	if (!command.formats.includes(format)) {
		throw usageFailure(`-o ${format} is not a way to print \`${command.name}\``, `It knows: ${command.formats.join(", ")}.`);
	}
	return { world, terminal, format, ...wanted, connect: () => connect(world, wanted) };
}

/** The words of the longest command that the arguments begin with. */
function helpFor(argv: string[], commands: Command[]): string {
	const words = argv.filter((word) => !word.startsWith("-"));
	const known = commands.map((command) => command.name);
	for (const count of [2, 1]) {
		const name = words.slice(0, count).join(" ");
		if (known.some((one) => one === name || one.startsWith(`${name} `)) && name !== "") return `${name} `;
	}
	return "";
}
