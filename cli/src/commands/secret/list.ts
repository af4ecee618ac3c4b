import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "secret list",
	summary: "List the names of secrets",
	description:
		"Lists the secrets that are set, never their values. KEY is the encryption key that each rests under: after a change of " +
		"HIVEKEY_ENCRYPTION_KEY all of them come under the new one within minutes.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey secret list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const secrets = await everyItem(admin.secrets.list());
		if (format === "json") return terminal.json(secrets);
		if (secrets.length === 0) return terminal.note("There are no secrets yet. Set one: hivekey secret set NAME < file");
		const columns = ["NAME", "VERSION", "KEY", "CHANGED"].map((title) => ({ title }));
		const rows = secrets.map((one) => [one.name, String(one.version), one.key_id, one.updated_at.slice(0, 10)]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
