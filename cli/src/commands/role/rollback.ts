import type { HiveKeyAdmin, RoleRevision } from "../../../../sdk/typescript/src/index.ts";
import type { Command, Context } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { conditionOn, explainStale, type RoleCondition, roleInForce } from "../../documents/role-in-force.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import { revisionText } from "./revision-text.ts";

export const rollback: Command = {
	name: "role rollback",
	summary: "Put an earlier revision of a role in force again",
	description:
		"Applies an earlier revision again, as a new one, against the actions there are now; also for a role that was deleted. " +
		"On a terminal it shows what would change and asks first.",
	arguments: [{ name: "name", description: "the role's name", completes: "role" }],
	options: [{ flags: "--to <rev>", description: "the revision; `hivekey role history` lists them", required: true }, YES_OPTION],
	examples: [{ command: "hivekey role rollback support-agent --to 1", says: "what revision 1 said" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const rev = parseRevision(input.text("to") ?? "");
		const { admin } = await connect();
		const condition = isToAsk(input, world) ? await agreedCondition(admin, name, rev, context) : {};
		const answer = await admin.roles.rollback(name, rev, condition).catch((error) => {
			throw explainStale(error, name);
		});
		const { request_id: _requestId, etag: _etag, ...role } = answer;
		if (format === "json") return terminal.json(role);
		const what = role.change === "unchanged" ? "unchanged" : `rolled back to rev ${rev}`;
		terminal.done(`Role ${name} ${what} · ${revisionText(role)}`);
	},
};

function parseRevision(text: string): number {
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
	throw usageFailure(`--to ${text} is not a revision`, "Say its number: --to 1");
}

/** Shows what would change and asks. @returns what the change counts on */
async function agreedCondition(admin: HiveKeyAdmin, name: string, rev: number, context: Context): Promise<RoleCondition> {
	const { terminal } = context;
	const { documentDiff } = await import("../../documents/document-diff.ts");
	const current = await roleInForce(admin, name);
	const wanted = await findRevision(admin, name, rev);
	const diff = documentDiff(current?.document ?? null, wanted.document, terminal.errorColours);
	terminal.say(...diff);
	const from = current === null ? "which was deleted" : `rev ${current.rev} -> ${current.rev + 1}`;
	await ask(`Roll role ${name} back to rev ${rev} (${from})${diff.length === 0 ? ", the same document" : ""}?`, context);
	return conditionOn(current);
}

async function findRevision(admin: HiveKeyAdmin, name: string, rev: number): Promise<RoleRevision> {
	for await (const revision of admin.roles.revisions(name)) if (revision.rev === rev) return revision;
	throw new CliFailure(`Role ${name} has no revision ${rev}`, {
		code: "not_found",
		next: `\`hivekey role history ${name}\` lists them.`,
	});
}
