import type { VisibleAction } from "../../../sdk/typescript/src/index.ts";
import type { Command, Context } from "../command.ts";
import { connectAsAgent } from "../connection.ts";
import { everyItem } from "../every-item.ts";
import { usageFailure } from "../failure.ts";
import type { Input } from "../input.ts";
import { actionsFile } from "../types/actions-file.ts";

/** Whose actions, and what they are. */
interface Found {
	of: string;
	options: string;
	actions: VisibleAction[];
}

export const types: Command = {
	name: "types",
	summary: "Write TypeScript types of an agent's actions",
	description:
		"Prints a declaration file: with it in your project, hk.actions.run() knows the names and inputs of the actions, in the " +
		"editor and in the compiler. Whose actions: --role, --agent, or else the agent's whose token is in HK_AGENT_TOKEN; with " +
		"none of them the workspace's only role.",
	arguments: [],
	options: [
		{ flags: "--role <role>", description: "the actions that a role makes visible", completes: "role" },
		{ flags: "--agent <agent>", description: "the actions of an agent's role", completes: "agent" },
	],
	examples: [
		{ command: "hivekey types > actions.d.ts", says: "with HK_AGENT_TOKEN set, or one role" },
		{ command: "hivekey types --role support-agent > actions.d.ts", says: "those of a role" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { of, options, actions } = await find(input, context);
		if (context.format === "json") return context.terminal.json(actions);
		context.terminal.print(actionsFile(actions, of, `hivekey types${options} > actions.d.ts`));
	},
};

async function find(input: Input, context: Context): Promise<Found> {
	const { world, url, profile } = context;
	const role = input.text("role");
	const agent = input.text("agent");
	if (role !== undefined && agent !== undefined) throw usageFailure("--role and --agent are given", "One of them says it.");
	const token = world.env.HK_AGENT_TOKEN;
	if (role === undefined && agent === undefined && token) {
		const hk = await connectAsAgent(world, { url, profile }, token);
		return { of: "the agent whose token is in HK_AGENT_TOKEN", options: "", actions: await everyItem(hk.actions.list()) };
	}
	const { admin } = await context.connect();
	const name = role ?? (agent === undefined ? await onlyRole(context) : (await admin.agents.get(agent)).role);
	const options = agent === undefined ? ` --role ${name}` : ` --agent ${agent}`;
	return { of: `role ${name}`, options, actions: await everyItem(admin.roles.actions(name)) };
}

async function onlyRole(context: Context): Promise<string> {
	const { admin } = await context.connect();
	const { items } = await admin.roles.list({ limit: 10 });
	const [first] = items;
	if (first !== undefined && items.length === 1) return first.name;
	const names = items.map(({ name }) => name).join(", ");
	const next = first === undefined ? "There is no role yet: hivekey role apply -f FILE" : `Name it with --role: ${names}`;
	throw usageFailure("Whose actions are meant?", next);
}
