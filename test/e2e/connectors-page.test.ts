/** docs/connectors.md, typed line by line: from an OpenAPI document to a governed agent, with the outputs that the page shows. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtCli } from "../support/built.ts";
import { temporaryFolder } from "../support/e2e/folder.ts";
import { freePort } from "../support/e2e/launcher.ts";
import { startLocalGateway } from "../support/e2e/local-gateway.ts";
import { blocksOf, commandsOf, isAsShown, runInShell } from "../support/e2e/page-commands.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/connectors.md"), "utf8");

test("every command of the page does what the page shows", { timeout: 180_000 }, async () => {
	const folder = temporaryFolder();
	const gateway = await startLocalGateway();
	const port = await freePort();
	const here = (text: string) => text.replaceAll("http://127.0.0.1:8787", gateway.url).replaceAll("4010", String(port));
	try {
		symlinkSync(join(ROOT, "examples"), join(folder.path, "examples"));
		mkdirSync(join(folder.path, "bin"));
		writeFileSync(
			join(folder.path, "bin/hivekey"),
			`#!/bin/sh\nexec "${process.execPath}" "${await builtCli()}/bin/hivekey.mjs" "$@"\n`,
		);
		chmodSync(join(folder.path, "bin/hivekey"), 0o755);
		const [action = "", role = "", roleTest = ""] = blocksOf(PAGE, "yaml");
		writeFileSync(join(folder.path, "role.yaml"), role);
		writeFileSync(join(folder.path, "role.test.yaml"), roleTest);
		const commands = commandsOf(blocksOf(PAGE, "shell")).map(({ command, wanted }) => ({
			command: here(command),
			wanted: here(wanted),
		}));
		const typed = commands.map(({ command }) => (command.endsWith(" &") ? inBackground(command, port) : command));
		// What the page asks its reader to change in what was imported.
		const share = "/name: notes.write.share/,$ s/logged: .id.$/logged: [id, to]/";
		typed[2] = `cp notes.yaml imported.yaml; sed -i '${share}' notes.yaml; ${typed[2]}`;
		const outputs = await runInShell(typed, folder.path, preparation(folder.path, gateway), "kill $(jobs -p) 2>/dev/null");
		for (const [index, command] of commands.entries())
			expect(isAsShown(command, outputs[index] ?? "") ? "as shown" : `${command.command}\n${outputs[index]}`).toBe("as shown");
		expect(commands.length).toBe(11);
		expect(readFileSync(join(folder.path, "imported.yaml"), "utf8")).toContain(action);
	} finally {
		await gateway.stop();
		folder.remove();
	}
});

function preparation(folder: string, { url, adminKey }: { url: string; adminKey: string }): string {
	return `export PATH="${folder}/bin:$PATH" HIVEKEY_CONFIG="${folder}/config.json"; hivekey login --key ${adminKey} --url ${url} >/dev/null`;
}

/** A server on the port of the page's own, waited for. */
function inBackground(command: string, port: number): string {
	const started = command.replace(/ &$/, ` ${port} > server.log &`);
	return `${started}\nuntil curl -s http://127.0.0.1:${port}/openapi.json > /dev/null; do sleep 0.1; done; cat server.log`;
}
