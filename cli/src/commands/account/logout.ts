import type { Command } from "../../command.ts";
import { readConfig, writeConfig } from "../../config/config-file.ts";
import { configPath } from "../../config/location.ts";
import { findProfile } from "../../config/profile.ts";
import { workspaceText } from "./workspace-text.ts";

export const logout: Command = {
	name: "logout",
	summary: "Forget the stored key",
	description:
		"Removes the key from the config file. The gateway's address stays, so that the next login finds it. The key itself stays valid.",
	arguments: [],
	options: [],
	examples: [
		{ command: "hivekey logout", says: "the profile in use" },
		{ command: "hivekey logout --profile local", says: "another one" },
	],
	formats: ["table", "json"],
	async run(_input, { world, terminal, format, profile }) {
		const path = configPath(world);
		const config = await readConfig(path);
		const stored = findProfile(config, profile);
		const was = stored?.key === undefined ? undefined : stored;
		if (was !== undefined) {
			const { organization, workspace } = was;
			delete was.key;
			delete was.organization;
			delete was.workspace;
			await writeConfig(path, config);
			if (format === "table")
				terminal.done(`Logged out${organization && workspace ? ` of ${workspaceText(organization, workspace)}` : ""}`);
		} else if (format === "table") {
			terminal.note("You were not logged in.");
		}
		if (format === "json") terminal.json({ logged_out: was !== undefined });
		if (world.env.HIVEKEY_KEY) terminal.warn("HIVEKEY_KEY is still set, and is used");
	},
};
