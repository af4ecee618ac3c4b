import { resolve } from "node:path";
import { putFile } from "../../audit/log-files.ts";
import type { Command } from "../../command.ts";
import { usageFailure } from "../../failure.ts";
import { escapeUnsafe } from "../../output/printable.ts";

export const prove: Command = {
	name: "audit prove",
	summary: "Get a proof that an act is on the log",
	description:
		"The proof is one file: the act's records, the hashes that lead from them to the root, and the signed checkpoint. Whoever knows the " +
		"log's key checks it with `hivekey audit verify-proof`, without the gateway.",
	arguments: [{ name: "act", description: "the act's id (act_…)" }],
	options: [{ flags: "-f, --file <file>", description: "where to write it; left out, or -: standard output" }],
	examples: [{ command: "hivekey audit prove act_2Nf9kR -f proof.json", says: "to be handed on" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, connect }) {
		const id = input.argument(0);
		const file = input.text("file") ?? "-";
		if (file === "-" && format === "json" && input.text("file") !== undefined)
			throw usageFailure("-f - and -o json both want standard output", "Leave one out.");
		const { admin } = await connect();
		const proof = await admin.audit.proof(id);
		if (file === "-") {
			terminal.print(world.stdout.isTTY === true ? escapeUnsafe(proof.trimEnd()) : proof.trimEnd());
			return;
		}
		await putFile(resolve(world.cwd, file), proof.endsWith("\n") ? proof : `${proof}\n`);
		if (format === "json") terminal.json({ act_id: id, file });
		else terminal.done(`Proof of ${id} in ${file}`);
	},
};
