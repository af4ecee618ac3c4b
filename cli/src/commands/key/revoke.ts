import type { HiveKeyAdmin } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { everyItem } from "../../every-item.ts";

export const revoke: Command = {
	name: "key revoke",
	summary: "Revoke a key",
	description:
		"Revokes a key: refused from its next request on. The last admin key of the workspace stays unless --even-the-last is said. " +
		"On a terminal it asks first.",
	arguments: [{ name: "key", description: "the key's id (key_…), from `hivekey key list`", completes: "key" }],
	options: [
		{ flags: "--even-the-last", description: "also the last admin key: then only the root key can make another" },
		YES_OPTION,
	],
	examples: [{ command: "hivekey key revoke key_2Nf9kQ", says: "asks first" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const id = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) await ask(`Revoke ${await keyText(admin, id)}?`, context);
		await admin.keys.revoke(id, { evenTheLast: input.flag("evenTheLast") });
		if (format === "json") return terminal.json({ id, revoked: true });
		terminal.done(`Key ${id} revoked`);
	},
};

/** Whose key it is, what it may do, and whether it is the one in use. */
async function keyText(admin: HiveKeyAdmin, id: string): Promise<string> {
	const [keys, own] = await Promise.all([everyItem(admin.keys.list()), admin.whoami()]);
	const key = keys.find((one) => one.id === id);
	const whose = key === undefined ? "" : ` of ${key.owner} (${key.scopes.join(", ")})`;
	return `key ${id}${whose}${own.key.id === id ? ", the one that you are using" : ""}`;
}
