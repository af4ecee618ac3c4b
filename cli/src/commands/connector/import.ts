import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Command, Context } from "../../command.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";
import type { Imported } from "../../openapi/import-openapi.ts";

export const importConnector: Command = {
	name: "connector import",
	summary: "Write a connector from an API's OpenAPI document",
	description:
		"Reads an OpenAPI document (3.0, 3.1 or Swagger 2.0; JSON or YAML) and writes a connector for review: every operation an action, its " +
		"parameters and its body one input with a schema, and as comments what was left out and why. Nothing is applied, and no gateway " +
		"and no key is needed. Choose with --include, --exclude, --tag and --method. A pattern is one of actions (read.**), of operationIds " +
		"(issues/*), or of paths (/repos/**, or POST /repos/*).",
	arguments: [
		{ name: "format", description: "openapi", choices: ["openapi"] },
		{ name: "document", description: "a file, an http(s) address, or - for standard input", isPath: true },
	],
	options: [
		{
			flags: "--name <name>",
			description: "what the connector is called, and every action begins with (else from the document's title)",
		},
		{ flags: "-f, --file <path>", description: "write it there instead of to standard output" },
		{ flags: "--force", description: "overwrite that file" },
		{ flags: "--include <pattern>", description: "only operations that fit; more than once: any of them", repeatable: true },
		{ flags: "--exclude <pattern>", description: "all but operations that fit", repeatable: true },
		{ flags: "--tag <tag>", description: "only operations with this tag; more than once: any of them", repeatable: true },
		{
			flags: "--method <method>",
			description: "only operations with this method; more than once: any of them",
			repeatable: true,
		},
		{ flags: "--no-deprecated", description: "without operations that are marked as deprecated" },
		{
			flags: "--rename <operation=name>",
			description: "what an operation's action is called: createPet=pet.create",
			repeatable: true,
		},
		{
			flags: "--group-by <how>",
			description: "the word behind the connector's name: access (read, write, delete), tag or none",
			choices: ["access", "tag", "none"],
		},
		{ flags: "--base-url <url>", description: "the API's address, where the document names none or another" },
		{
			flags: "--auth <how>",
			description: "how the secret is shown: bearer, header:NAME, query:NAME, basic:USER or none (else from the document)",
		},
		{ flags: "--secret <name>", description: "what the secret is called" },
	],
	examples: [
		{
			command: "hivekey connector import openapi openapi.yaml --name crm -f crm.yaml",
			says: "all operations, grouped into read, write and delete",
		},
		{ command: "hivekey connector import openapi https://api.example.com/openapi.json --method GET", says: "what only reads" },
		{ command: "hivekey connector import openapi github.json --include 'issues/*' --auth bearer", says: "a part of a large API" },
	],
	formats: ["yaml", "json"],
	async run(input, context) {
		const { terminal, format } = context;
		const [kind = "", source = ""] = input.argumentsFrom(0);
		if (kind !== "openapi")
			throw usageFailure(
				`${JSON.stringify(kind)} is not a form that can be imported`,
				"It is: hivekey connector import openapi FILE|URL",
			);
		const { wishesOf } = await import("../../openapi/wishes.ts");
		const { fetchDocument } = await import("../../openapi/fetch-document.ts");
		const { readOpenApi } = await import("../../openapi/read-openapi.ts");
		const { importOpenApi } = await import("../../openapi/import-openapi.ts");
		const { file, bytes, address } = await terminal.whileWorking("Fetching the document", fetchDocument(source, context.world));
		const document = readOpenApi(file, bytes);
		const imported = importOpenApi(document, wishesOf(input, document, address));
		const { importFailure, originOf, tooLarge } = await import("../../openapi/report.ts");
		const failure = importFailure(document, imported);
		if (failure !== undefined) throw failure;
		const { connectorText } = await import("../../openapi/connector-text.ts");
		const text =
			format === "json" ? `${JSON.stringify(imported.connector, null, 2)}\n` : connectorText(imported, originOf(document));
		const { LIST_LIMITS } = await import("../../../../src/contract/list-document.ts");
		if (Buffer.byteLength(text) > LIST_LIMITS.sourceBytes)
			throw tooLarge(`The connector would have ${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB, and at most 8 MiB are taken`);
		await put(text, input, context);
		tell(imported, input.text("file"), context);
	},
};

async function put(text: string, input: Input, { world, terminal }: Context): Promise<void> {
	const path = input.text("file");
	if (path === undefined || path === "-") return terminal.print(text.replace(/\n$/, ""));
	try {
		await writeFile(resolve(world.cwd, path), text, { flag: input.flag("force") ? "w" : "wx" });
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === "EEXIST") {
			throw new CliFailure(`${path} is there already; nothing was written`, {
				code: "already_exists",
				next: "Name another file with -f, or overwrite it, and what was changed in it by hand, with --force.",
			});
		}
		throw new CliFailure(`Cannot write ${path}: ${message}`, {
			code: "unwritable_file",
			next: "Name a file that you may write with -f.",
		});
	}
}

/** What was done, and what there is to do: on standard error where the document itself is on standard output. */
function tell({ connector, leftOut, secret }: Imported, path: string | undefined, { terminal }: Context): void {
	const name = String((connector["metadata"] as { name?: unknown }).name);
	const count = connector.actions.length;
	const done = `Connector ${name} · ${count} ${count === 1 ? "action" : "actions"}${leftOut.length === 0 ? "" : ` · ${leftOut.length} left out`}`;
	if (path === undefined || path === "-") terminal.doneAside(done);
	else terminal.done(`${done} · ${path}`);
	if (leftOut.length > 0) terminal.note("What was left out, and why, stands at the end of the document.");
	const file = path === undefined || path === "-" ? "FILE" : basename(path);
	const steps = [
		"review it",
		...(secret === undefined ? [] : [`hivekey secret set ${secret}`]),
		`hivekey connector apply -f ${file}`,
	];
	terminal.note(`Next: ${steps.join("; ")}`);
}
