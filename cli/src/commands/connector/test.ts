import type { ConnectorTest } from "../../../../sdk/typescript/src/index.ts";
import type { Command, Context } from "../../command.ts";
import { EXIT } from "../../exit-codes.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import { printable } from "../../output/printable.ts";

export const test: Command = {
	name: "connector test",
	summary: "Show what an action would send, and send it on request",
	description:
		"Builds the request of an action as the gateway would, from the connector in force: its input checked, its secret masked. With " +
		"--send it goes out, with the secret, whatever it does: no role is asked, and the log says that you sent it.",
	arguments: [
		{ name: "name", description: "the connector's name", completes: "connector" },
		{ name: "action", description: "one of its actions" },
	],
	options: [
		{ flags: "--input <json>", description: "the action's input; {} if left out, - for standard input" },
		{ flags: "--send", description: "send it too" },
	],
	examples: [
		{ command: `hivekey connector test crm crm.ticket.get --input '{"id": 7}'`, says: "what would be sent" },
		{ command: `hivekey connector test crm crm.ticket.get --input '{"id": 7}' --send`, says: "and what comes back" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { admin } = await context.connect();
		const asked = { action: input.argument(1), input: await readInput(input.text("input"), context), send: input.flag("send") };
		const { request_id: _requestId, ...tested } = await admin.connectors.test(input.argument(0), asked);
		if (context.format === "json") context.terminal.json(tested);
		else print(tested, context);
		if (tested.outcome !== null && tested.outcome.state !== "executed")
			throw new CliFailure(tested.outcome.error?.message ?? "The call did not end well", {
				code: tested.outcome.error?.code ?? "failed",
				next: "What was sent stands above.",
				exit: EXIT.failed,
			});
	},
};

async function readInput(option: string | undefined, { world }: Context): Promise<Record<string, unknown>> {
	const text = option === "-" ? new TextDecoder().decode(await world.readStdin()) : (option ?? "{}");
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	} catch {
		// Said below.
	}
	throw usageFailure("--input is no JSON object", `Such as --input '{"id": 7}'`);
}

function print({ request, outcome }: ConnectorTest, { terminal }: Context): void {
	const lines = [
		`${request.method} ${request.url}`,
		...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
	];
	if (request.body !== null) lines.push("", request.body);
	terminal.print(...lines.map(printable));
	if (outcome === null) {
		terminal.note("Not sent. --send sends it.");
		return;
	}
	terminal.note(
		`${outcome.state}${outcome.upstream_status === null ? "" : ` · the upstream answered ${outcome.upstream_status}`}`,
	);
	if (outcome.result !== undefined) terminal.print("", ...JSON.stringify(outcome.result, null, 2).split("\n").map(printable));
}
