/** `npm start` as people meet it: its first words, its files, what it does when something is in its way, and after it was killed. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/gateway/build-worker.ts";
import { cliIn } from "../support/e2e/cli.ts";
import { temporaryFolder, testFolder } from "../support/e2e/folder.ts";
import { answeredChainFaults, type Client, clientOf, logOnce, newAgent } from "../support/e2e/http.ts";
import { freePort, isRunning, type Launched, launch } from "../support/e2e/launcher.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };
const modeOf = (path: string) => statSync(path).mode & 0o777;
const answers = (url: string) =>
	fetch(`${url}/healthz`).then(
		(response) => response.ok,
		() => false,
	);

describe("a start that cannot be", () => {
	test("because the port is in use says so, with a command that works, and leaves no lock", async () => {
		const folder = testFolder();
		const other = createServer();
		const port = await new Promise<number>((resolve) =>
			other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port)),
		);
		const started = launch({ state: join(folder, "state"), port, home: folder });
		await started.end();
		other.close();
		expect([started.exit, started.stdout]).toEqual([1, ""]);
		expect(started.stderr).toBe(
			`npm start: port ${port} is in use by another program. Stop that program, or start with another port: npm start -- --port ${port + 1}\n`,
		);
		expect(readdirSync(join(folder, "state"))).toEqual([]);
	});

	test("because its folder cannot be made says so", async () => {
		const folder = testFolder();
		writeFileSync(join(folder, "file"), "");
		const started = launch({ state: join(folder, "file", "state"), port: await freePort(), home: folder });
		await started.end();
		expect(started.exit).toBe(1);
		expect(started.stderr).toMatch(
			/^npm start: the state folder .* cannot be made: ENOTDIR.* Start with one that you may write to: npm start -- --state FOLDER\n$/,
		);
	});

	test("because no folder can be made there says so at once", async () => {
		const started = launch({ state: "/proc/hivekey/state", port: await freePort(), home: testFolder() });
		await started.end();
		expect([started.exit, started.stdout]).toEqual([1, ""]);
		expect(started.stderr).toMatch(
			/^npm start: the state folder \/proc\/hivekey\/state cannot be made: E[A-Z]+: .*mkdir '\/proc.*'\. Start with one that/,
		);
	});

	test.each([
		["another version", { "node_modules/a": { version: "1.0.0" } }, "a is 1.0.0, not 1.1.0"],
		["one too few", {}, "a 1.1.0 is missing"],
		["none at all", null, "there is no node_modules folder"],
	])("because the packages are not those of the lockfile (%s) says to run npm ci", (_what, installed, why) => {
		const root = testFolder();
		for (const file of ["start.mjs", "check-node.mjs", "check-packages.mjs"])
			cpSync(join(ROOT, "scripts", file), join(root, "scripts", file));
		const packages = { "": {}, "node_modules/b": { version: "1.0.0", optional: true }, "node_modules/a": { version: "1.1.0" } };
		writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
		if (installed !== null) {
			mkdirSync(join(root, "node_modules"));
			writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
		}
		const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts", "start.mjs")], { encoding: "utf8" });
		expect([status, stdout]).toEqual([1, ""]);
		expect(stderr).toContain(`The installed packages are not those of package-lock.json: ${why}.\nRun \`npm ci\`,`);
	});

	test("because the CLI's config file is broken says where it is and what to do, before anything is made", async () => {
		const folder = testFolder();
		const config = join(folder, "config.json");
		writeFileSync(config, "{");
		const started = launch({ state: join(folder, "state"), port: await freePort(), home: folder });
		await started.end();
		expect([started.exit, started.stdout]).toEqual([1, ""]);
		expect(started.stderr).toBe(
			`npm start: The config file ${config} is broken: it is not JSON\n  Repair it, or remove it and log in again: hivekey login --key hk_live_…\n`,
		);
		expect(readdirSync(join(folder, "state"))).toEqual([]);
	});

	test("because what was given is no port says how it is used", async () => {
		const folder = testFolder();
		const started = ["x", "-1", "65536", "1.5"].map((port) =>
			launch({ state: join(folder, "state"), port: port as unknown as number, home: folder }),
		);
		for (const one of started) {
			await one.end();
			expect(one.exit).toBe(1);
			expect(one.stderr).toContain("usage: npm start [-- --port 8787 --state .hivekey]");
		}
	}, 60_000);
});

describe("a gateway's life", () => {
	const folder = temporaryFolder();
	const state = join(folder.path, "state");
	const hivekey = cliIn(folder.path);
	let port: number;
	let gateway: Launched;
	let key: string;
	let call: Client;

	beforeAll(async () => {
		port = await freePort();
		gateway = launch({ state, port, home: folder.path });
		await gateway.ready();
		key = gateway.adminKey();
	}, 90_000);
	afterAll(() => {
		gateway.killEverything();
		folder.remove();
	});

	test("begins with its address and the commands to type", () => {
		expect(gateway.stdout).toContain(`HiveKey gateway ready on http://127.0.0.1:${port}\n`);
		expect(gateway.stdout).toContain("  npx hivekey role apply -f examples/support-agent.yaml\n");
		expect(gateway.stdout).not.toContain("--profile");
		expect(gateway.stdout + gateway.stderr).not.toContain(key);
	});

	test("keeps its secrets to its owner", () => {
		expect(key).toMatch(/^hk_live_[0-9A-Za-z]{105}$/);
		for (const file of ["admin-key", "root-key", "secrets.json"]) expect(modeOf(join(state, file))).toBe(0o600);
		expect(modeOf(state)).toBe(0o700);
		expect(modeOf(join(folder.path, "config.json"))).toBe(0o600);
	});

	test("listens on the loopback interface alone", async () => {
		const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
		const outside = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
		expect(await answers(`http://127.0.0.1:${port}`)).toBe(true);
		for (const { address } of outside) expect(await answers(`http://${address}:${port}`)).toBe(false);
	});

	test("is known to the CLI at once, as the profile local", async () => {
		const ran = await hivekey("whoami");
		expect(ran.exit).toBe(0);
		expect(ran.stdout).toContain("acme-corp");
		const config = JSON.parse(readFileSync(join(folder.path, "config.json"), "utf8"));
		expect(config).toMatchObject({
			current: "local",
			profiles: { local: { url: `http://127.0.0.1:${port}`, organization: "acme-corp", workspace: "prod" } },
		});
	});

	test("keeps its folder to itself: a second start on it is refused, and disturbs nothing", async () => {
		const second = launch({ state, port: await freePort(), home: folder.path });
		await second.end();
		expect([second.exit, second.stdout]).toEqual([1, ""]);
		expect(second.stderr).toBe(
			`npm start: the state folder ${state} is in use by another gateway (process ${gateway.pid}). Stop that one, or start this one with --state OTHER\n`,
		);
		expect(await answers(gateway.url)).toBe(true);
		expect(readFileSync(join(state, "lock"), "utf8")).toContain(String(gateway.pid));
	});

	test("takes no client's word for its address", async () => {
		({ call } = await newAgent(gateway.url, key, "helpdesk-bot", mailRole("support-agent")));
		const sent = await call("POST", "/v1/actions/mail.send", MAIL, {
			headers: { "cf-connecting-ip": "203.0.113.99", "x-forwarded-for": "203.0.113.99" },
		});
		expect(sent.status).toBe(200);
		const records = await logOnce(gateway.url, key, (all) => all.some((record) => record.state === "executed"));
		const intent = records.find((record) => record.state === "intent");
		expect(intent?.source_ip).toBe("127.0.0.1");
		expect(JSON.stringify(records)).not.toContain("203.0.113.99");
	});

	test("ends with its process: killed outright, nothing goes on holding the port", async () => {
		const workers = gateway.workers;
		expect(workers.length).toBeGreaterThan(0);
		gateway.killOutright();
		await until(() => workers.every((pid) => !isRunning(pid)), { withinMs: 10_000 });
		expect(await answers(gateway.url)).toBe(false);
	});

	test("is missed by the CLI, which says how to start it", async () => {
		const ran = await hivekey("role", "list");
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toBe(
			`error: Cannot reach the gateway at http://127.0.0.1:${port}: connection refused\n  Is it running? \`npm start\` in the checkout starts one; else check the address (--url, HIVEKEY_URL, profile).\n`,
		);
	});

	test("goes on where it was killed: the same workspace, keys, agents and log; the profile in use stays", async () => {
		const config = JSON.parse(readFileSync(join(folder.path, "config.json"), "utf8"));
		config.profiles.mine = { url: "https://gateway.example", key: "hk_live_mine" };
		config.current = "mine";
		writeFileSync(join(folder.path, "config.json"), JSON.stringify(config));
		const before = gateway;

		gateway = launch({ state, port, home: folder.path });
		await gateway.ready();
		expect(gateway.pid).not.toBe(before.pid);
		expect(gateway.adminKey()).toBe(key);
		expect(gateway.stdout).toContain("  npx hivekey --profile local whoami\n");
		const after = JSON.parse(readFileSync(join(folder.path, "config.json"), "utf8"));
		expect([after.current, after.profiles.mine, after.profiles.local.key]).toEqual(["mine", config.profiles.mine, key]);

		const admin = clientOf(gateway.url, key);
		expect((await admin("GET", "/v1/whoami")).json).toMatchObject({ organization: "acme-corp", workspace: "prod" });
		expect((await admin("GET", "/v1/roles/support-agent")).json.rev).toBe(1);
		expect((await call("POST", "/v1/actions/mail.send", MAIL)).status).toBe(200);
		const records = await logOnce(gateway.url, key, (all) => all.filter((record) => record.state === "executed").length === 2);
		expect(answeredChainFaults(records)).toEqual([]);
		expect(records.filter((record) => record.action === "workspace.create").length).toBe(1);
		for (const action of ["role.apply", "agent.create"])
			expect(records.filter((record) => record.action === action).length).toBe(1);
	}, 90_000);

	test("ends when it is told to, and lets go of its folder and port", async () => {
		const workers = gateway.workers;
		gateway.terminate();
		await gateway.end();
		await until(() => workers.every((pid) => !isRunning(pid)), { withinMs: 10_000 });
		expect(await answers(gateway.url)).toBe(false);
		expect(readdirSync(state)).not.toContain("lock");
		expect(gateway.exit).toBe(0);
	});
});
