import type { Command } from "../command.ts";
import { SCRIPTS, SHELLS, type Shell } from "../completion/scripts.ts";
import { usageFailure } from "../failure.ts";

export const completion: Command = {
	name: "completion",
	summary: "Print the completion script of a shell",
	description:
		"With it the Tab key completes commands, options and the names of your roles, agents, lists, keys and mailboxes. Names are " +
		"asked of the gateway as you type, with your key; where it does not answer within a second there are none.",
	arguments: [{ name: "shell", description: SHELLS.join(", "), choices: [...SHELLS] }],
	options: [],
	examples: [
		{ command: "source <(hivekey completion bash)", says: "in ~/.bashrc" },
		{ command: "source <(hivekey completion zsh)", says: "in ~/.zshrc, behind compinit" },
		{ command: "hivekey completion fish > ~/.config/fish/completions/hivekey.fish", says: "once" },
	],
	formats: ["table"],
	async run(input, { terminal }) {
		const shell = input.argument(0);
		const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell as Shell] : undefined;
		if (script === undefined) throw usageFailure(`There is no completion for ${shell}`, `There is one for ${SHELLS.join(", ")}.`);
		terminal.print(script);
	},
};
