/** Agents, keys, mailboxes and workspaces, against the real gateway. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AuthenticationError, HiveKey, HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { RealGateway, ROOT_KEY } from "../sdk/real-gateway.ts";
import { type Circumstances, cliIn, freshFolder, type Ran } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read, mail.send] }
`;

const gateway = new RealGateway();
let admin: HiveKeyAdmin;
let key: string;
let workspace: string;
beforeAll(() => gateway.start(), 60_000);
beforeEach(async () => {
	({ key, workspace_id: workspace } = await gateway.makeWorkspace());
	admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
});

const cli = (line: string, circumstances: Circumstances = {}): Promise<Ran> =>
	cliIn(freshFolder())(line, {
		...circumstances,
		env: { HIVEKEY_KEY: key, HIVEKEY_URL: gateway.url, NO_COLOR: "1", ...circumstances.env },
	});
const typed = (line: string, ...answers: NonNullable<Circumstances["answers"]>) => cli(line, { terminal: 200, answers });
const json = async (line: string) => JSON.parse((await cli(`${line} -o json`)).stdout);
/** Whether a token is taken. */
const works = (token: string) =>
	new HiveKey(token.trim(), { baseUrl: gateway.url }).actions.list().then(
		() => true,
		(error: unknown) => !(error instanceof AuthenticationError),
	);

describe("agents", () => {
	let token: string;
	beforeEach(async () => {
		await admin.roles.put("support-agent", ROLE);
		await admin.roles.put("reader", ROLE.replace("support-agent", "reader").replace(", mail.send", ""));
		token = (await cli("agent create helpdesk-bot --role support-agent --label team=support")).stdout;
	});

	test("set-role puts an agent under another role at once", async () => {
		expect((await cli("agent set-role helpdesk-bot reader")).stdout).toBe("Agent helpdesk-bot acts under role reader\n");
		const visible = await new HiveKey(token.trim(), { baseUrl: gateway.url }).actions.list();
		expect(visible.items.map((action) => action.name)).toEqual(["mail.read"]);
		const ran = await cli("agent set-role helpdesk-bot nothing");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("`hivekey role list` shows which roles there are.")]);
	});

	test("label sets and removes, and leaves the others", async () => {
		expect((await cli("agent label helpdesk-bot zone=eu note=a=b-")).stdout).toBe(
			"Agent helpdesk-bot labelled · team=support zone=eu note=a=b-\n",
		);
		const ran = await cli("agent label helpdesk-bot team- zone=us nothing-");
		expect([ran.stdout, ran.stderr]).toEqual([
			"Agent helpdesk-bot labelled · zone=us note=a=b-\n",
			"Agent helpdesk-bot had no label nothing.\n",
		]);
		expect((await json("agent label helpdesk-bot note- zone-")).labels).toEqual({});
	});

	test("rotate prints the new token alone, and ends the old one", async () => {
		const ran = await cli("agent rotate helpdesk-bot");
		expect(ran.stdout).toMatch(/^hk_agt_\w+\n$/);
		expect(ran.stderr).toMatch(/^Agent helpdesk-bot has a new token tok_\w+ · those before it have ended\nThe token is shown/);
		expect([await works(token), await works(ran.stdout)]).toEqual([false, true]);
	});

	test("rotate with an overlap lets both work, and tokens says until when", async () => {
		const ran = await cli("agent rotate helpdesk-bot --overlap 24h --expires 90d");
		expect(ran.stderr).toMatch(/those before it end \d{4}-.*\nIt ends \d{4}-/);
		expect([await works(token), await works(ran.stdout)]).toEqual([true, true]);
		const tokens = await json("agent tokens helpdesk-bot");
		const days = tokens.map((one: { expires_at: string }) => Math.round((Date.parse(one.expires_at) - Date.now()) / 86_400_000));
		expect(days.sort((a: number, b: number) => a - b)).toEqual([1, 90]);
		expect((await cli("agent rotate helpdesk-bot --overlap 31d")).exit).toBe(1);
	});

	test("one token is revoked, the others go on", async () => {
		const other = (await cli("agent rotate helpdesk-bot --overlap 1h")).stdout;
		const table = (await cli("agent tokens helpdesk-bot")).stdout;
		expect(table).toMatch(/^TOKEN +STATUS +CREATED +EXPIRES\n(tok_\w+ +active +\d{4}-\d\d-\d\d \d\d:\d\d +.*\n){2}$/);
		const first = (await json("agent tokens helpdesk-bot")).find(
			(one: { expires_at: string | null }) => one.expires_at !== null,
		).id;
		expect((await cli(`agent revoke helpdesk-bot --token ${first}`)).stdout).toBe(
			`Token ${first} of agent helpdesk-bot revoked\n`,
		);
		expect([await works(token), await works(other)]).toEqual([false, true]);
		expect((await cli("agent tokens helpdesk-bot")).stdout).toMatch(new RegExp(`${first} +revoked`));
		expect(await cli("agent revoke helpdesk-bot --token tok_no")).toMatchObject({ exit: 1, stdout: "" });
	});

	test("a token that expires does, and the list says when an agent last called", async () => {
		const soon = new Date(Date.now() + 4_000).toISOString();
		const short = (await cli(`agent create short-lived --role reader --expires ${soon}`)).stdout;
		expect(await works(short)).toBe(true);
		await expect.poll(() => works(short), { timeout: 15_000 }).toBe(false);
		expect((await cli("agent tokens short-lived")).stdout).toMatch(/ expired /);
		expect((await cli("agent list")).stdout).toMatch(/helpdesk-bot .*active +\d{4}-\d\d-\d\d +never +team=support/);
		await new HiveKey(token.trim(), { baseUrl: gateway.url }).actions.run("mail.read", {}).catch(() => {});
		await expect
			.poll(async () => (await cli("agent list")).stdout, { timeout: 10_000 })
			.toMatch(/helpdesk-bot .*active +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +team=support/);
		expect((await cli("agent show helpdesk-bot")).stdout).toMatch(/^last seen +\d{4}-/m);
	}, 40_000);

	test("a revoked agent is refused, and cannot be changed", async () => {
		expect((await cli("agent revoke helpdesk-bot")).stdout).toBe("Agent helpdesk-bot revoked\n");
		expect(await works(token)).toBe(false);
		const ran = await cli("agent set-role helpdesk-bot reader");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("agent helpdesk-bot is revoked: create another")]);
	});
});

describe("keys", () => {
	test("create prints the key alone, and it does what its scopes say", async () => {
		const ran = await cli("key create --owner ann@acme.com --scope audit --scope review --scope audit");
		expect(ran.stdout).toMatch(/^hk_live_\w+\n$/);
		expect(ran.stderr).toMatch(/^Key key_\w+ created · ann@acme.com · audit, review\nThe key is shown this once/);
		const env = { HIVEKEY_KEY: ran.stdout.trim() };
		expect((await cli("audit tail", { env })).exit).toBe(0);
		expect((await cli("agent create x --role r", { env })).exit).toBe(4);
		expect((await cli("key list")).stdout).toMatch(
			/^KEY +OWNER +SCOPES +STATUS +CREATED +LAST USED\n[\s\S]*key_\w+ +ann@acme.com +audit,review +active +\d{4}-\d\d-\d\d +/,
		);
	});

	test("revoke names whose key it is, asks, and ends it", async () => {
		const made = await admin.keys.create({ owner: "ci", scopes: ["policy"] });
		const no = await typed(`key revoke ${made.id}`, "n");
		expect([no.exit, no.stderr]).toEqual([1, expect.stringContaining(`Revoke key ${made.id} of ci (policy)? [y/N] `)]);
		expect((await typed(`key revoke ${made.id}`, "y")).stdout).toBe(`✓ Key ${made.id} revoked\n`);
		expect((await cli("whoami", { env: { HIVEKEY_KEY: made.key } })).exit).toBe(4);
		expect((await cli("key list")).stdout).toMatch(/ci +policy +revoked/);
		expect(await cli("key revoke key_nobody")).toMatchObject({ exit: 1, stdout: "" });
	});

	test("the last admin key stays, unless it is said in so many words", async () => {
		const own = (await admin.whoami()).key.id;
		const ran = await cli(`key revoke ${own}`);
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("--even-the-last revokes it all the same.")]);
		const asked = await typed(`key revoke ${own} --even-the-last`, "n");
		expect(asked.stderr).toContain(", the one that you are using? [y/N] ");
		expect((await cli(`key revoke ${own} --even-the-last`)).stdout).toBe(`Key ${own} revoked\n`);
		expect((await cli("whoami")).exit).toBe(4);
	});
});

describe("mailboxes", () => {
	test("are made, listed and deleted", async () => {
		await admin.roles.put("support-agent", ROLE);
		await admin.agents.create({ name: "billing-bot", role: "support-agent" });
		const address = `billing-${workspace.toLowerCase().slice(3)}@acme.com`;
		expect((await cli("mailbox list")).stderr).toContain("There are no mailboxes yet.");
		expect((await cli(`mailbox create ${address} --agent billing-bot`)).stdout).toBe(
			`Mailbox ${address} created · billing-bot\n`,
		);
		expect((await json(`mailbox create all-${address}`)).agents).toEqual([]);
		expect((await cli("mailbox list")).stdout).toMatch(
			/^ADDRESS +CREATED +AGENTS\nall-.* all other agents\nbilling-.* billing-bot\n$/,
		);
		const no = await typed(`mailbox delete ${address}`, "n");
		expect([no.exit, no.stderr]).toEqual([1, expect.stringContaining(`Delete mailbox ${address} and the mails in it? [y/N] `)]);
		expect((await typed(`mailbox delete ${address}`, "y")).stdout).toBe(`✓ Mailbox ${address} deleted\n`);
		expect(await cli(`mailbox delete ${address}`)).toMatchObject({
			exit: 1,
			stderr: expect.stringContaining("`hivekey mailbox list` shows"),
		});
		expect((await cli("mailbox create nonsense")).stderr).toContain("put the bare address");
	});
});

describe("workspaces", () => {
	const env = { HIVEKEY_ROOT_KEY: ROOT_KEY };

	test("create prints the first admin key alone, which logs in", async () => {
		const line = `workspace create --organization acme-corp --workspace staging-${Date.now()} --owner ann@acme.com`;
		const ran = await cli(line, { env });
		expect(ran.stdout).toMatch(/^hk_live_\w+\n$/);
		expect(ran.stderr).toMatch(/^Workspace ws_\w+ created · acme-corp · workspace staging-\d+\nIts admin key is shown this once/);
		expect((await cli("whoami", { env: { HIVEKEY_KEY: ran.stdout.trim() } })).stdout).toContain("owner         ann@acme.com");
		const again = await cli(line, { env });
		expect([again.exit, again.stderr]).toEqual([1, expect.stringContaining("`hivekey workspace list` shows")]);
	});

	test("the root key comes from standard input too, and is needed", async () => {
		const piped = await cli("workspace list --root-key -", { stdin: `${ROOT_KEY}\n` });
		expect(piped.stdout).toMatch(new RegExp(`^ID +ORGANIZATION +WORKSPACE +CREATED\\n[\\s\\S]*${workspace} +acme-corp +test-`));
		const without = await cli("workspace list");
		expect([without.exit, without.stderr]).toEqual([4, expect.stringContaining("There is no root key")]);
		const wrong = await cli("workspace list", { env: { HIVEKEY_ROOT_KEY: "wrong" } });
		expect([wrong.exit, wrong.stderr]).toEqual([4, expect.stringContaining("did not take the root key")]);
		expect((await cli("workspace list", { env: { HIVEKEY_ROOT_KEY: key } })).exit).toBe(2);
	});

	test("replace-key makes a key, and with --revoke-others ends all others after a question", async () => {
		const second = (await cli(`workspace replace-key ${workspace} --owner bob`, { env })).stdout.trim();
		expect((await cli("whoami", { env: { HIVEKEY_KEY: second } })).stdout).toContain("owner         bob");
		expect((await cli("whoami")).exit).toBe(0);
		const line = `workspace replace-key ${workspace} --revoke-others`;
		const no = await cli(line, { env, terminal: 200, answers: ["n"] });
		expect([no.exit, no.stderr]).toEqual([
			1,
			expect.stringContaining(`Revoke every key of workspace ${workspace}, and make a new one?`),
		]);
		const third = (await cli(line, { env, terminal: 200, answers: ["y"] })).stdout.trim();
		expect((await cli("whoami")).exit).toBe(4);
		expect((await cli("whoami", { env: { HIVEKEY_KEY: third } })).exit).toBe(0);
		expect((await cli("workspace replace-key ws_nobody", { env })).exit).toBe(1);
	});
});
