/** The log, taken along and checked: the built CLI against the real gateway, and then without any. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliIn } from "../support/e2e/cli.ts";
import { testFolder } from "../support/e2e/folder.ts";
import { newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole } from "../support/roles.ts";

let gateway: LocalGateway;
beforeAll(async () => {
	gateway = await startLocalGateway();
}, 60_000);
afterAll(() => gateway.stop());

test("an export verifies without a network, the gateway's log verifies with what was kept, and one act is proven", async () => {
	const folder = testFolder();
	const online = cliIn(folder, { HIVEKEY_URL: gateway.url, HIVEKEY_KEY: gateway.adminKey });
	const offline = cliIn(folder, { HIVEKEY_URL: "http://127.0.0.1:1" });
	const agent = await newAgent(gateway.url, gateway.adminKey, "helpdesk-bot", mailRole("support-agent"));
	const answers = [];
	for (let i = 0; i < 20; i++)
		answers.push(await agent.call("POST", "/v1/actions/mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" }));
	const act = answers[0]?.json.id as string;

	const first = await online("audit", "verify");
	expect([first.exit, first.stderr]).toEqual([0, expect.stringContaining("is pinned from now on")]);
	const exported = await online("audit", "export", "-f", "log/");
	expect([exported.exit, exported.stderr]).toEqual([0, ""]);
	const checked = await offline("audit", "verify", "log/");
	expect([checked.exit, checked.stdout]).toEqual([0, expect.stringContaining("as it was pinned before")]);
	expect((await online("audit", "verify")).exit).toBe(0);

	const path = join(folder, "log", "records.ndjson");
	const records = readFileSync(path, "utf8");
	writeFileSync(path, records.replace("jordan@acme.com", "jordan@evil.com"));
	const changed = await offline("audit", "verify", "log/");
	expect([changed.exit, changed.stderr]).toEqual([1, expect.stringMatching(/First bad sequence number: \d+/)]);

	expect(await online("audit", "prove", act, "-f", "proof.json")).toMatchObject({ exit: 0, stderr: "" });
	const proven = await offline("audit", "verify-proof", "proof.json");
	expect([proven.exit, proven.stdout]).toEqual([0, expect.stringContaining(`${act} is on the log`)]);

	expect(await online("audit", "export", "-f", "tree", "--format", "tiles")).toMatchObject({ exit: 0, stderr: "" });
	expect((await offline("audit", "verify", "tree")).exit).toBe(0);
	const reads = await online("audit", "tail", "--all", "-o", "ndjson", "-n", "200");
	const kinds = reads.stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line))
		.filter((record) => record.action === "audit.read")
		.map((record) => record.fields.what);
	expect(new Set(kinds)).toEqual(new Set(["export", "act"]));
	expect((await online("audit", "tail")).stdout).not.toContain("audit.read");
}, 60_000);
