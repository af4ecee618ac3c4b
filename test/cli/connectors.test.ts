/** `hivekey connector …` and `hivekey secret …`, against the real gateway. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RealGateway } from "../sdk/real-gateway.ts";
import { json, startUpstream, type Upstream } from "../support/e2e/upstream.ts";
import { type Circumstances, cliIn, freshFolder, type Ran } from "./run-cli.ts";

const gateway = new RealGateway();
let upstream: Upstream;
let key: string;
let folder: string;
beforeAll(async () => {
	await gateway.start();
	upstream = await startUpstream((heard, response) =>
		json(response, heard.url.includes("404") ? 404 : 200, { got: heard.headers["x-api-key"] }),
	);
}, 60_000);
afterAll(async () => {
	await upstream.stop();
});
beforeEach(async () => {
	({ key } = await gateway.makeWorkspace());
	folder = freshFolder();
	upstream.heard.splice(0);
});

const cli = (line: string | string[], circumstances: Circumstances = {}): Promise<Ran> =>
	cliIn(folder)(line, {
		...circumstances,
		env: { HIVEKEY_KEY: key, HIVEKEY_URL: gateway.url, NO_COLOR: "1", ...circumstances.env },
	});
const crm = (more = "") => `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: crm }
http:
  base_url: ${upstream.url}/v2
  auth: { header: { name: X-Api-Key, secret: crm-key, prefix: "key " } }
actions:
  - name: crm.ticket.get
    method: GET
    path: /tickets/{id}
    input: { type: object, properties: { id: { type: integer } } }
${more}`;
const MORE = "  - { name: crm.ticket.list, method: GET, path: /tickets }\n";
const role = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: crm-agent }\nscope: { allow: ["crm.**"] }\n`;
const write = (text: string) => writeFileSync(join(folder, "crm.yaml"), text);

describe("connector apply", () => {
	test("says what it did, which secret is missing, and what a change is for which role", async () => {
		write(crm());
		const first = await cli("connector apply -f crm.yaml");
		expect([first.exit, first.stdout]).toEqual([0, "Connector crm created · rev 1 · 1 action\n"]);
		expect(first.stderr).toContain("warning: the secret crm-key is not set");
		writeFileSync(join(folder, "role.yaml"), role);
		expect((await cli("role apply -f role.yaml")).exit).toBe(0);
		expect((await cli("connector apply -f crm.yaml")).stdout).toBe("Connector crm unchanged · rev 1 · 1 action\n");
		write(crm(MORE).replace("/tickets/{id}", "/t/{id}"));
		const plan = await cli("connector apply -f crm.yaml --dry-run");
		const changes = [
			"  crm.ticket.get: request",
			"  crm.ticket.list: added",
			"  role crm-agent: crm.ticket.get changed for it",
			"  role crm-agent: its patterns match crm.ticket.list now, which it gets when it is applied again",
			"",
		].join("\n");
		expect(plan.stdout).toBe(`Connector crm would be updated · rev 2 · 2 actions\n${changes}`);
		const second = await cli("connector apply -f crm.yaml");
		expect([second.stdout, second.stderr]).toEqual([
			"Connector crm updated · rev 2 · 2 actions\n",
			expect.stringContaining(changes),
		]);
		expect((await cli("connector list")).stdout).toMatch(/^NAME +REV +ACTIONS +BASE URL +CHANGED\ncrm +2 +2 +http/);
		expect((await cli("connector show crm")).stdout).toContain("path: /t/{id}");
		expect((await cli("connector delete crm")).stderr).toContain("roles still grant actions of this connector: crm-agent");
	});

	test("names the place of what the gateway refuses, as of what the file has wrong", async () => {
		write(crm().replace(`${upstream.url}/v2`, "https://169.254.169.254/latest"));
		const refused = await cli("connector apply -f crm.yaml");
		expect([refused.exit, refused.stderr]).toEqual([
			1,
			expect.stringContaining("crm.yaml:5:13: 169.254.169.254 is an address of a private network"),
		]);
		write(crm().replace("{id}", "{nr}"));
		expect((await cli("connector apply -f crm.yaml")).stderr).toContain("crm.yaml:10:11: the input has no field `nr`");
		write(role);
		expect((await cli("connector apply -f crm.yaml")).stderr).toContain("There is no connector in what was given");
	});
});

test("connector test shows what would be sent, and sends it on request", async () => {
	write(crm());
	await cli("connector apply -f crm.yaml");
	await cli("secret set crm-key", { stdin: "s3cr3t\n" });
	const shown = await cli(["connector", "test", "crm", "crm.ticket.get", "--input", '{"id": 7}']);
	expect([shown.stdout, shown.stderr]).toEqual([
		`GET ${upstream.url}/v2/tickets/7\nx-api-key: key [secret crm-key]\n`,
		"Not sent. --send sends it.\n",
	]);
	expect(upstream.heard).toEqual([]);
	const sent = await cli(["connector", "test", "crm", "crm.ticket.get", "--input", '{"id": 7}', "--send"]);
	expect([sent.exit, sent.stdout]).toEqual([0, expect.stringContaining('"got": "key [secret]"')]);
	expect(upstream.heard[0]?.headers["x-api-key"]).toBe("key s3cr3t");
	const failed = await cli(["connector", "test", "crm", "crm.ticket.get", "--input", '{"id": 404}', "--send"]);
	expect([failed.exit, failed.stderr]).toEqual([1, expect.stringContaining("error: the upstream answered 404")]);
	const unfit = await cli(["connector", "test", "crm", "crm.ticket.get", "--input", '{"id": "x"}']);
	expect([unfit.exit, unfit.stderr]).toEqual([1, expect.stringContaining("integer is expected")]);
});

describe("secrets", () => {
	test("go in by standard input, and never come out", async () => {
		const set = await cli("secret set crm-key", { stdin: "s3cr3t\n" });
		expect([set.exit, set.stdout]).toEqual([0, "Secret crm-key created · version 1\n"]);
		expect((await cli("secret set crm-key", { stdin: "n3xt" })).stdout).toBe("Secret crm-key updated · version 2\n");
		const listed = await cli("secret list");
		expect(listed.stdout).toMatch(/^NAME +VERSION +KEY +CHANGED\ncrm-key +2 +[0-9a-f]{8} +/);
		expect(JSON.stringify([set, listed, await cli("secret list -o json")])).not.toMatch(/s3cr3t|n3xt/);
		expect((await cli("secret delete crm-key")).stdout).toBe("Secret crm-key deleted\n");
		expect((await cli("secret list")).stderr).toContain("There are no secrets yet");
		expect((await cli("secret set crm-key", { stdin: "again" })).stdout).toBe("Secret crm-key created · version 3\n");
	});

	test("typed at a prompt are not shown", async () => {
		const typed = await cli("secret set typed-key", { terminal: 80, env: { NO_COLOR: "1" }, answers: ["typ3d"] });
		expect([typed.exit, typed.stdout]).toEqual([0, "✓ Secret typed-key created · version 1\n"]);
		expect(typed.stderr).toContain("Value of typed-key (it is not shown): \n");
		expect(typed.stderr).not.toContain("typ3d");
		const left = await cli("secret set typed-key", { terminal: 80, answers: [null] });
		expect([left.exit, left.stderr]).toEqual([2, expect.stringContaining("The value is empty")]);
	});

	test("on the command line are taken with a warning, and nothing is no secret", async () => {
		expect((await cli("secret set crm-key --value x")).stderr).toContain("--value stands in the shell's history");
		expect((await cli("secret set crm-key", { stdin: "\n" })).exit).toBe(2);
	});
});
