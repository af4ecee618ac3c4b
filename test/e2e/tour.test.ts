/** The five steps of the product page against the built Worker, with the built CLI and the built SDK: the words that it shows, to the letter. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtSdk } from "../support/built.ts";
import { cliIn, type Ran } from "../support/e2e/cli.ts";
import { temporaryFolder } from "../support/e2e/folder.ts";
import { clientOf } from "../support/e2e/http.ts";
import { freePort } from "../support/e2e/launcher.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { PAGE_GUARDS } from "../support/roles.ts";
import { until } from "../support/until.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata:
  name: support-agent
  description: First-line support — read mail, reply only.
scope:
  # deny-by-default — only these actions are visible
  allow:
    - mail.read
    - mail.send
guards: []   # add one in the next step
`;

/** What this test uses of the SDK. */
interface Sdk {
	HiveKey: new (
		token: string,
		options: { baseUrl: string },
	) => { actions: { run(name: string, input: object): Promise<unknown> } };
	DeniedError: new () => Error;
}

const folder = temporaryFolder();
let gateway: LocalGateway;
let hivekey: (...args: string[]) => Promise<Ran>;
let token: string;

beforeAll(async () => {
	gateway = await startLocalGateway();
	hivekey = cliIn(folder.path);
	writeFileSync(join(folder.path, "support-agent.yaml"), ROLE);
}, 60_000);
afterAll(async () => {
	await gateway.stop();
	folder.remove();
});

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };
const run = (action: string, body: unknown) => clientOf(gateway.url, token)("POST", `/v1/actions/${action}`, body);

describe("the tour", () => {
	test("step 1: login says who and where", async () => {
		expect(await hivekey("login", "--key", gateway.adminKey, "--url", gateway.url)).toEqual({
			exit: 0,
			stdout: "Authenticated as acme-corp · workspace prod\n",
			stderr: "",
		});
		expect(statSync(join(folder.path, "config.json")).mode & 0o777).toBe(0o600);
	});

	test("step 2: the role is created, and applying it again changes nothing", async () => {
		const apply = () => hivekey("role", "apply", "-f", "support-agent.yaml");
		expect(await apply()).toEqual({ exit: 0, stdout: "Role support-agent created · rev 1 · 2 grants\n", stderr: "" });
		expect((await apply()).stdout).toBe("Role support-agent unchanged · rev 1 · 2 grants\n");
	});

	test("step 3: the guards are patched in", async () => {
		const patched = await clientOf(gateway.url, gateway.adminKey)("PATCH", "/v1/roles/support-agent", PAGE_GUARDS);
		expect([patched.status, patched.json.rev, patched.json.change]).toEqual([200, 2, "updated"]);
	});

	test("step 4: a token is minted, alone on stdout", async () => {
		const created = await hivekey("agent", "create", "helpdesk-bot", "--role", "support-agent");
		expect(created.exit).toBe(0);
		expect(created.stdout).toMatch(/^hk_agt_[0-9A-Za-z]{105}\n$/);
		expect(created.stderr).not.toContain(created.stdout.trim());
		token = created.stdout.trim();
	});

	test("step 4: the allowed mail is sent, from the agent's mailbox, as it was asked for", async () => {
		const allowed = await run("mail.send", MAIL);
		expect([allowed.status, allowed.text.replace(/\b(act|msg)_[0-9A-Za-z]{22}/g, "$1_…")]).toEqual([
			200,
			'{"id":"act_…","action":"mail.send","verdict":"allow","matched_guard":"approved-domains","agent":"helpdesk-bot","result":{"message_id":"msg_…","queued":true}}',
		]);
		const line = await until(() => gateway.lines.find((one) => one.includes("jordan@acme.com")));
		const file = /written to (\S+)/.exec(line)?.[1];
		if (file === undefined) throw new Error(`no file is named in: ${line}`);
		expect(readFileSync(file, "utf8").trim()).toBe("…");
	});

	test("step 4: the mail to a stranger is denied, and none is sent", async () => {
		const denied = await run("mail.send", { ...MAIL, to: "jordan@gmail.com" });
		expect([denied.status, denied.text.replace(/act_[0-9A-Za-z]{22}/, "act_…")]).toEqual([
			403,
			`{"id":"act_…","action":"mail.send","verdict":"deny","matched_guard":"approved-domains","reason":"recipient domain 'gmail.com' not in allowlist","logged":true,"reason_code":"guard_denied","agent":"helpdesk-bot","retryable":false,"approvable":false}`,
		]);
		expect((await run("mail.read", { folder: "inbox", limit: 20 })).status).toBe(200);
		expect(gateway.lines.filter((line) => line.includes("gmail.com"))).toEqual([]);
	});

	test("step 5: the log's tail is the page's table", async () => {
		const table = await until(async () => {
			const { stdout } = await hivekey("audit", "tail");
			return stdout.includes("mail.read") ? stdout : null;
		});
		expect(table.replace(/^\d\d:\d\d:\d\d/gm, "hh:mm:ss")).toBe(
			`TIME      AGENT         ACTION      VERDICT  DETAIL
hh:mm:ss  helpdesk-bot  mail.send   allow    to=jordan@acme.com
hh:mm:ss  helpdesk-bot  mail.send   deny     domain gmail.com not allowed
hh:mm:ss  helpdesk-bot  mail.read   allow    folder=inbox limit=20
`,
		);
	});

	test("the SDK runs an action, and throws a denial as what it is", async () => {
		const { HiveKey, DeniedError } = (await import(join(await builtSdk(), "dist", "index.js"))) as Sdk;
		const hk = new HiveKey(token, { baseUrl: gateway.url });
		const sent = await hk.actions.run("mail.send", MAIL);
		expect(sent).toMatchObject({ verdict: "allow", matched_guard: "approved-domains", result: { queued: true } });
		const error = await hk.actions.run("mail.send", { ...MAIL, to: "x@gmail.com" }).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(DeniedError);
		expect(error).toMatchObject({
			status: 403,
			code: "guard_denied",
			matchedGuard: "approved-domains",
			reason: "recipient domain 'gmail.com' not in allowlist",
			agent: "helpdesk-bot",
		});
	});

	test("one decision can be explained by its id", async () => {
		const denied = await run("mail.send", { ...MAIL, to: "jordan@gmail.com" });
		const shown = await until(async () => {
			const ran = await hivekey("audit", "show", denied.json.id);
			return ran.exit === 0 ? ran.stdout : null;
		});
		expect(shown).toContain("approved-domains");
		expect(shown).toContain("gmail.com");
	});

	test("a revoked agent is refused from the next request on", async () => {
		expect((await run("mail.read", {})).status).toBe(200);
		expect((await hivekey("agent", "revoke", "helpdesk-bot")).exit).toBe(0);
		expect((await run("mail.read", {})).status).toBe(401);
	});
});

describe("the CLI, when something is wrong", () => {
	test("says that the key is not taken, and ends with 4", async () => {
		const { adminKey } = gateway;
		const wrongKey = adminKey.slice(0, -1) + (adminKey.endsWith("x") ? "y" : "x");
		const ran = await cliIn(folder.path, { HIVEKEY_KEY: wrongKey })("whoami");
		expect([ran.exit, ran.stdout]).toEqual([4, ""]);
		expect(ran.stderr).not.toContain(gateway.adminKey.slice(0, -1));
	});

	test("names file, line and column of a faulty role, and ends with 1", async () => {
		writeFileSync(join(folder.path, "wrong.yaml"), ROLE.replace("scope:", "scoop:"));
		const ran = await hivekey("role", "apply", "-f", "wrong.yaml");
		expect(ran.exit).toBe(1);
		expect(ran.stderr).toMatch(/wrong\.yaml:6:1: /);
	});

	test("says that the gateway does not run, and ends with 1", async () => {
		const ran = await hivekey("whoami", "--url", `http://127.0.0.1:${await freePort()}`);
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toMatch(/connection refused/);
		expect(ran.stderr).toMatch(/Is it running\?/);
	});
});
