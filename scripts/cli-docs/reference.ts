/** The commands, which are data -> the part of docs/cli.md that lists them. */
import type { Command } from "../../cli/src/command.ts";
import { COMMANDS, NOUNS } from "../../cli/src/commands/index.ts";

const BEGIN = "<!-- Written by `node scripts/cli-docs.mjs` from the commands; do not edit. -->";
const END = "<!-- Here the written part ends. -->";

/**
 * The page with its commands as they are now.
 * @throws Error if the page has no place for them
 */
export function withReference(page: string): string {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`docs/cli.md lacks the lines ${BEGIN} and ${END}`);
	return `${page.slice(0, begin) + BEGIN}\n\n${reference()}\n${page.slice(end)}`;
}

function reference(): string {
	const alone = COMMANDS.filter(({ name }) => !name.includes(" "));
	const groups = [
		{ title: "To begin with, and beside the rest", commands: alone },
		...Object.entries(NOUNS).map(([noun, says]) => ({
			title: `\`${noun}\`: ${says.charAt(0).toLowerCase()}${says.slice(1)}`,
			commands: COMMANDS.filter(({ name }) => name.startsWith(`${noun} `)),
		})),
	];
	const rows = COMMANDS.map((command) => `| [\`hivekey ${command.name}\`](#${anchor(command)}) | ${cell(command.summary)} |`);
	const chapters = groups.map(({ title, commands }) => `### ${title}\n\n${commands.map(section).join("\n")}`);
	return `| command | what it does |\n|---|---|\n${rows.join("\n")}\n\n${chapters.join("\n")}`;
}

function section(command: Command): string {
	const { name, summary, description, options, examples } = command;
	const told = `#### hivekey ${name}\n\n${summary}. ${text(description)}\n`;
	const all = [...command.arguments.map(({ name, description }) => [name, description]), ...options.map(optionRow)];
	const rows = all.map(([flags = "", says = ""]) => `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(says)} |`);
	const table = rows.length === 0 ? "" : `\n| | |\n|---|---|\n${rows.join("\n")}\n`;
	const lines = examples.map((example) => `# ${example.says}\n${example.command}`);
	return `${told}\n\`\`\`shell\n${usage(command)}\n\`\`\`\n${table}\n\`\`\`shell\n${lines.join("\n")}\n\`\`\`\n`;
}

function usage({ name, arguments: args, options, formats }: Command): string {
	const places = args.map(({ name, variadic, optional }) => (optional ? `[${name}]` : variadic ? `<${name}...>` : `<${name}>`));
	const required = options.filter((option) => option.required).map(({ flags }) => flags.split(", ").at(-1) ?? flags);
	const more = options.some((option) => !option.required) ? ["[options]"] : [];
	const output = formats.length > 1 ? [`[-o ${formats.join("|")}]`] : [];
	return ["hivekey", name, ...places, ...required, ...more, ...output].join(" ");
}

function optionRow({ flags, description, required, repeatable, choices }: Command["options"][number]): [string, string] {
	const facts = [required ? "required" : "", repeatable ? "may be given more than once" : "", choices?.join(", ") ?? ""];
	const told = facts.filter((fact) => fact !== "").join("; ");
	return [flags, told === "" ? description : `${description} (${told})`];
}

/** The name that GitHub gives a heading. */
function anchor({ name }: Command): string {
	return `hivekey-${name.replaceAll(" ", "-")}`;
}

function cell(words: string): string {
	return text(words).replaceAll("|", "\\|");
}

/** What Markdown would take for a tag is written as it is. */
function text(words: string): string {
	return words.replaceAll("<", "&lt;");
}
