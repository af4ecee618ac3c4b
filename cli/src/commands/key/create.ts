import type { KeyScope } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";

const SCOPES: KeyScope[] = ["admin", "policy", "review", "audit"];

export const create: Command = {
	name: "key create",
	summary: "Create a key for a person or a program",
	description:
		"Mints an administrator's key with the scopes that are named. The key alone goes to standard output, everything else to " +
		"standard error. It is shown this once. admin stands for everything, policy for roles, review for signing off, audit for the log.",
	arguments: [],
	options: [
		{ flags: "--owner <owner>", description: "whose key it is: a name or an e-mail address", required: true },
		{ flags: "--scope <scope>", description: "what it may do", repeatable: true, required: true, choices: SCOPES },
	],
	examples: [
		{ command: "hivekey key create --owner ann@acme.com --scope audit --scope review", says: "reads the log, signs off" },
		{ command: "hivekey key create --owner ci --scope policy", says: "applies roles" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const scopes = [...new Set(input.list("scope"))] as KeyScope[];
		const { admin } = await connect();
		const { request_id: _requestId, ...key } = await admin.keys.create({ owner: input.text("owner") ?? "", scopes });
		if (format === "json") return terminal.json(key);
		terminal.doneAside(`Key ${key.id} created · ${key.owner} · ${key.scopes.join(", ")}`);
		terminal.note("The key is shown this once; hand it over on a safe way.");
		terminal.print(key.key);
	},
};
