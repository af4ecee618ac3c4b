import type { Command } from "../../command.ts";
import { readConfig } from "../../config/config-file.ts";
import { configPath } from "../../config/location.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "profile list",
	summary: "List the stored profiles",
	description: "Lists the profiles in the config file, the current one marked. Keys are not shown.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey profile list", says: "which gateways and workspaces are known" }],
	formats: ["table", "json"],
	async run(_input, { world, terminal, format }) {
		const { current, profiles } = await readConfig(configPath(world));
		const all = Object.entries(profiles).map(([name, { url, key, organization, workspace }]) => ({
			name,
			current: name === current,
			url,
			organization: organization ?? null,
			workspace: workspace ?? null,
			logged_in: key !== undefined,
		}));
		if (format === "json") return terminal.json(all);
		if (all.length === 0)
			return terminal.note("There are no profiles yet. The first login makes one: hivekey login --key hk_live_…");
		const columns = ["CURRENT", "PROFILE", "ORGANIZATION", "WORKSPACE", "GATEWAY"].map((title) => ({ title }));
		const rows = all.map((one) => [
			one.current ? "*" : "",
			one.name,
			one.organization ?? (one.logged_in ? "" : "logged out"),
			one.workspace ?? "",
			one.url,
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
