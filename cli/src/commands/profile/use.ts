import type { Command } from "../../command.ts";
import { readConfig, writeConfig } from "../../config/config-file.ts";
import { configPath } from "../../config/location.ts";
import { findProfile } from "../../config/profile.ts";
import { workspaceText } from "../account/workspace-text.ts";

export const use: Command = {
	name: "profile use",
	summary: "Make a profile the current one",
	description: "The current profile says which gateway and which key every command works with, unless --profile names another.",
	arguments: [{ name: "name", description: "the profile's name, from `hivekey profile list`", completes: "profile" }],
	options: [],
	examples: [{ command: "hivekey profile use local", says: "from now on" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format }) {
		const name = input.argument(0);
		const path = configPath(world);
		const config = await readConfig(path);
		const profile = findProfile(config, name);
		config.current = name;
		await writeConfig(path, config);
		if (format === "json") return terminal.json({ name, url: profile?.url });
		const { organization, workspace } = profile ?? {};
		const where = organization && workspace ? ` · ${workspaceText(organization, workspace)}` : "";
		terminal.done(`Using profile ${name}${where} · ${profile?.url}`);
		const overrides = ["HIVEKEY_KEY", "HIVEKEY_URL"].filter((variable) => world.env[variable]);
		for (const variable of overrides) terminal.warn(`${variable} is set and beats the profile`);
	},
};
