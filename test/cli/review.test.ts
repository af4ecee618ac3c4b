/** Signing off in the CLI, on a terminal and in scripts: what is shown, what is asked, what is refused. */
import { beforeAll, expect, test } from "vitest";
import { RealGateway } from "../sdk/real-gateway.ts";
import { type Client, clientOf, newAgent } from "../support/e2e/http.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const HELD = mailRole("held", "- { id: sign-off, action: mail.send, effect: review }");
const gateway = new RealGateway();
let key: string;
let admin: Client;
let made = 0;

beforeAll(async () => {
	await gateway.start();
	({ key } = await gateway.makeWorkspace());
	admin = clientOf(gateway.url, key);
	await admin("POST", "/v1/mailboxes", { address: "helpdesk@acme.com" });
}, 60_000);

const hivekey = (line: string[], circumstances: Circumstances = {}) =>
	cliIn(freshFolder())(line, { ...circumstances, env: { HIVEKEY_KEY: key, HIVEKEY_URL: gateway.url, TZ: "UTC" } });

/** An agent of its own, and calls of it with these bodies, held and on the list. */
async function heldCalls(...bodies: string[]) {
	const name = `bot-${++made}`;
	const { call } = await newAgent(gateway.url, key, name, HELD);
	const ids: string[] = [];
	for (const body of bodies) {
		const held = await call("POST", "/v1/actions/mail.send", { to: "jordan@acme.com", subject: "Hi", body });
		ids.push(held.json.review.id);
	}
	await until(async () => (await admin("GET", `/v1/reviews?agent=${name}`)).json.items.length === bodies.length);
	return { name, ids };
}

test("the very same calls share a row; what a terminal would obey is escaped, and nothing of the input is cut", async () => {
	const { name, ids } = await heldCalls("same", "same", "line 1\nline 2 \u001b[31mother\u202e");
	const list = (await hivekey(["review", "list", "--agent", name])).stdout.trim().split("\n");
	expect(list.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
		["REVIEW", "ALIKE", "AGENT"],
		[ids[0], "×2", name],
		[ids[2], name, "mail.send"],
	]);
	const { stdout } = await hivekey(["review", "show", ids[2] as string], { terminal: 40 });
	expect(stdout).toContain('  "body": "line 1\\nline 2 \\u001b[31mother\\u202e",\n');
	expect(stdout).not.toContain("\u001b[31mother");
});

test("a batch shows the first whole and the others by what is different, asks, and says what became of each", async () => {
	const { name, ids } = await heldCalls("Hi", "Hi", "Hello");
	const line = ["review", "approve", "--all", "--agent", name];
	const no = await hivekey(line, { terminal: 100, answers: ["n"] });
	expect([no.exit, no.stdout]).toEqual([1, ""]);
	expect(no.stderr).toContain("1 more would do the very same.");
	expect(no.stderr).toContain(`${ids[2]} differs from ${ids[0]} in:\n  -     "body": "Hi",\n  +     "body": "Hello",\n`);
	expect(no.stderr).toContain("Approve these 3 calls? [y/N]");
	const yes = await hivekey(line, { answers: ["y"], terminal: 100 });
	expect(yes.exit).toBe(0);
	expect(yes.stdout.trim().split("\n")).toEqual(
		ids.map((id) => expect.stringMatching(new RegExp(`Review ${id} approved · mail.send of ${name} · executed$`))),
	);
	expect(await hivekey(line)).toMatchObject({
		exit: 1,
		stdout: "",
		stderr: expect.stringContaining("No call waits for sign-off"),
	});
});

test("a script approves what it has seen, and nothing else; a batch goes on where one fails", async () => {
	const { ids } = await heldCalls("one", "two");
	const [one, two] = ids as [string, string];
	const other = await hivekey(["review", "approve", one, "--digest", "0".repeat(64)]);
	expect([other.exit, other.stderr]).toEqual([1, expect.stringContaining("the digest is not that of what is held now")]);
	const { digest } = JSON.parse((await hivekey(["review", "show", one, "-o", "json"])).stdout);
	expect((await hivekey(["review", "approve", one, "--digest", digest])).exit).toBe(0);
	const both = await hivekey(["review", "deny", one, two, "--reason", "not today"]);
	expect([both.exit, both.stdout]).toEqual([
		1,
		expect.stringMatching(/^Review rev_\w+ denied · mail.send of bot-\d+ · denied\n$/),
	]);
	expect(both.stderr).toContain("the call has been released already");
	expect(both.stderr).toContain("1 of 2 could not be denied");
});

test.each([
	[["review", "approve"], "Name the reviews to approve, or say --all"],
	[["review", "deny", "rev_1", "--all"], "Name the reviews to deny, or say --all"],
	[["review", "approve", "rev_1", "rev_2", "--digest", "x"], "--digest is of one review"],
	[["review", "deny", "rev_1", "--agent", "bot"], "--agent goes with --all"],
	[["review", "list", "--state", "waiting"], "Allowed choices are"],
])("%j is a usage error", async (line, message) => {
	const ran = await hivekey(line);
	expect([ran.exit, ran.stdout, ran.stderr]).toEqual([2, "", expect.stringContaining(message)]);
});

test("watch shows what waits, then what comes, until it is interrupted", async () => {
	const { name } = await heldCalls("first");
	let interrupt = () => {};
	let written = () => "";
	const watching = hivekey(["review", "watch", "-o", "ndjson"], {
		during: (stop, soFar) => {
			interrupt = stop;
			written = soFar;
		},
	});
	await until(() => written().includes(name));
	const later = await heldCalls("second");
	await until(() => written().includes(later.name));
	interrupt();
	expect((await watching).exit).toBe(0);
});
