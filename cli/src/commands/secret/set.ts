import type { Command, Context } from "../../command.ts";
import { canAsk } from "../../confirm.ts";
import { usageFailure } from "../../failure.ts";

export const set: Command = {
	name: "secret set",
	summary: "Set a secret that connectors use",
	description:
		"Sets a secret, read from standard input or typed at a prompt. It goes in and never comes out: no command, answer or log shows it. " +
		"It is in force for every role whose actions take it when the command says so.",
	arguments: [{ name: "name", description: "the secret's name" }],
	options: [
		{ flags: "--value <value>", description: "the value itself; it then stands in the shell's history and the process list" },
	],
	examples: [
		{ command: "hivekey secret set crm-key < key.txt", says: "from a file" },
		{ command: "op read op://vault/crm/key | hivekey secret set crm-key", says: "from a password manager" },
		{ command: "hivekey secret set crm-key", says: "asks for it" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { terminal, format, connect } = context;
		const name = input.argument(0);
		const value = await readValue(name, input.text("value"), context);
		const { admin } = await connect();
		const { request_id: _requestId, ...applied } = await terminal.whileWorking(
			"Setting it, in every role that takes it",
			admin.secrets.set(name, value),
		);
		if (format === "json") return terminal.json(applied);
		const roles = applied.roles.map((role) => `${role.name} rev ${role.rev}`);
		const inForce = roles.length === 0 ? "" : ` · in force in ${roles.length > 10 ? `${roles.length} roles` : roles.join(", ")}`;
		terminal.done(`Secret ${name} ${applied.change} · version ${applied.version}${inForce}`);
	},
};

async function readValue(name: string, option: string | undefined, { world, terminal }: Context): Promise<string> {
	if (option !== undefined) {
		terminal.warn("--value stands in the shell's history and in the process list: pipe it in, or leave it out and type it");
		return nonEmpty(option);
	}
	if (!canAsk(world)) return nonEmpty(new TextDecoder().decode(await world.readStdin()).replace(/\r?\n$/, ""));
	terminal.prompt(`Value of ${name} (it is not shown): `);
	const typed = await world.readHidden();
	terminal.say("");
	return nonEmpty(typed ?? "");
}

function nonEmpty(value: string): string {
	if (value === "") throw usageFailure("The value is empty", "Pipe it in: hivekey secret set NAME < file");
	return value;
}
