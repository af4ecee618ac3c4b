import type { Command } from "../../command.ts";
import { readConfig, writeConfig } from "../../config/config-file.ts";
import { configPath } from "../../config/location.ts";
import { profileName } from "../../config/profile.ts";
import { canAsk } from "../../confirm.ts";
import { DEFAULT_URL, makeConnection } from "../../connection.ts";
import { usageFailure } from "../../failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { World } from "../../world.ts";
import { workspaceText } from "./workspace-text.ts";

export const login: Command = {
	name: "login",
	summary: "Authenticate the CLI to your workspace",
	description:
		"Checks an admin key with the gateway and stores it in the config file, readable by you alone. Without --key a terminal asks for it. " +
		"The address is --url, else HIVEKEY_URL, else the one that the profile has, else https://gateway.hivekey.ai.",
	arguments: [],
	options: [{ flags: "--key <key>", description: "your admin key (hk_live_…), or - to read it from standard input" }],
	examples: [
		{ command: "hivekey login --key hk_live_…", says: "the workspace that your key belongs to" },
		{ command: "hivekey login", says: "asks for the key, and does not show it" },
		{ command: "hivekey login --key - < key.txt", says: "keeps the key out of the shell's history" },
		{ command: "hivekey login --profile local --url http://127.0.0.1:8787 --key hk_live_…", says: "a gateway of your own" },
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, url, profile }) {
		const key = await readKey(input.text("key"), world, terminal);
		const path = configPath(world);
		const config = await readConfig(path);
		const name = profileName(config, profile);
		const stored = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
		const connection = makeConnection(world, url ?? (world.env.HIVEKEY_URL || stored?.url || DEFAULT_URL), key);
		const { organization, workspace } = await connection.admin.whoami();
		config.profiles[name] = { url: connection.url, key, organization, workspace };
		config.current = name;
		await writeConfig(path, config);
		if (format === "json") terminal.json({ organization, workspace, url: connection.url, profile: name });
		else terminal.done(`Authenticated as ${workspaceText(organization, workspace)}`);
		warnAfterwards(connection.url, world, terminal);
	},
};

async function readKey(option: string | undefined, world: World, terminal: Terminal): Promise<string> {
	if (option === undefined && canAsk(world)) {
		terminal.prompt("Admin key (it is not shown): ");
		const typed = await world.readHidden();
		terminal.say("");
		return checkedKey(typed?.trim() ?? "");
	}
	if (option === undefined) {
		throw usageFailure(
			"--key is missing",
			"Your admin key begins with hk_live_: hivekey login --key hk_live_… (or --key - to pipe it in)",
		);
	}
	return checkedKey(option === "-" ? new TextDecoder().decode(await world.readStdin()).trim() : option.trim());
}

function checkedKey(key: string): string {
	if (key === "") throw usageFailure("The key is empty", "Your admin key begins with hk_live_.");
	if (key.startsWith("hk_agt_")) {
		throw usageFailure(
			"That is an agent's token (hk_agt_…), and login takes an admin key",
			"Use the key that begins with hk_live_. The agent itself calls the gateway with its token, no login needed.",
		);
	}
	return key;
}

function warnAfterwards(url: string, world: World, terminal: Terminal): void {
	const { protocol, hostname } = new URL(url);
	if (protocol === "http:" && !/^(localhost|127\..*|\[::1\])$/.test(hostname)) {
		terminal.warn(`${url} is not https: the key crosses the network in the clear`);
	}
	if (world.env.HIVEKEY_KEY) terminal.warn("HIVEKEY_KEY is set and beats the key that was just stored");
}
