import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { configPath } from "../../cli/src/config/location.ts";
import { ADMIN_KEY, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
let folder: string;
let config: string;
let cli: ReturnType<typeof cliIn>;
/** Nothing listens there. */
let dead: string;
beforeAll(async () => {
	await gateway.start();
	const gone = await new ContractGateway().start();
	dead = gone.url;
	await gone.stop();
});
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
	folder = freshFolder();
	config = join(folder, "config.json");
	cli = cliIn(folder);
});

const stored = () => JSON.parse(readFileSync(config, "utf8"));
const login = (more = "") => cli(`login --key ${ADMIN_KEY} --url ${gateway.url}${more}`);

describe("login", () => {
	test("says who you are, without the tick in a pipe", async () => {
		expect(await login()).toEqual({ exit: 0, stdout: "Authenticated as acme-corp · workspace prod\n", stderr: "" });
	});

	test("has the tick on a terminal", async () => {
		const ran = await cli(`login --key ${ADMIN_KEY} --url ${gateway.url}`, { terminal: 80, env: { NO_COLOR: "1" } });
		expect(ran.stdout).toBe("✓ Authenticated as acme-corp · workspace prod\n");
	});

	test("asks for the key on a terminal, and nothing shows it", async () => {
		const asked = { terminal: 80, env: { NO_COLOR: "1", HIVEKEY_URL: gateway.url } };
		const ran = await cli("login", { ...asked, answers: [ADMIN_KEY] });
		expect([ran.exit, ran.stdout]).toEqual([0, "✓ Authenticated as acme-corp · workspace prod\n"]);
		expect(ran.stderr).toBe("Admin key (it is not shown): \n");
		expect(stored().profiles.default.key).toBe(ADMIN_KEY);
		const left = await cli("login", { ...asked, answers: [null] });
		expect([left.exit, left.stderr]).toEqual([2, expect.stringContaining("The key is empty")]);
	});

	test("stores the profile, readable by its owner alone, in one piece", async () => {
		writeFileSync(config, JSON.stringify({ current: null, profiles: {}, later: 1 }), { mode: 0o644 });
		await login();
		const profile = { url: gateway.url, key: ADMIN_KEY, organization: "acme-corp", workspace: "prod" };
		expect(stored()).toEqual({ current: "default", profiles: { default: profile }, later: 1 });
		expect(statSync(config).mode & 0o777).toBe(0o600);
		expect(readdirSync(folder)).toEqual(["config.json"]);
	});

	test("makes the folders that are missing, closed to others", async () => {
		const path = join(folder, "a", "b", "config.json");
		await cli(`login --key ${ADMIN_KEY} --url ${gateway.url}`, { env: { HIVEKEY_CONFIG: path } });
		expect([statSync(path).mode & 0o777, statSync(join(folder, "a")).mode & 0o777]).toEqual([0o600, 0o700]);
	});

	test("a config file that is a link stays one", async () => {
		writeFileSync(join(folder, "real.json"), '{"current":null,"profiles":{}}');
		symlinkSync(join(folder, "real.json"), config);
		await login();
		expect(JSON.parse(readFileSync(join(folder, "real.json"), "utf8")).current).toBe("default");
	});

	test("keeps the address of the profile in use", async () => {
		await login(" --profile local");
		expect((await cli(`login --key ${ADMIN_KEY}`)).exit).toBe(0);
		expect([stored().current, Object.keys(stored().profiles), stored().profiles.local.url]).toEqual([
			"local",
			["local"],
			gateway.url,
		]);
	});

	test("reads the key from standard input", async () => {
		expect((await cli(`login --key - --url ${gateway.url}`, { stdin: `${ADMIN_KEY}\n` })).exit).toBe(0);
		expect(stored().profiles.default.key).toBe(ADMIN_KEY);
	});

	test("refuses an agent's token before anything is sent", async () => {
		const ran = await cli(`login --key hk_agt_abc --url ${gateway.url}`);
		expect(ran.exit).toBe(2);
		expect(ran.stderr).toContain("That is an agent's token (hk_agt_…), and login takes an admin key");
		expect(ran.stderr).not.toContain("hk_agt_abc");
		expect(gateway.seen.length).toBe(0);
	});

	test("a key that the gateway does not take is exit code 4, and nothing is stored", async () => {
		const ran = await cli(`login --key hk_live_wrong --url ${gateway.url}`);
		expect(ran.exit).toBe(4);
		expect(ran.stderr).toContain("The gateway did not take the key");
		expect(ran.stderr).not.toContain("hk_live_wrong");
		expect(readdirSync(folder)).toEqual([]);
	});

	test("without a key it is a usage error that shows how", async () => {
		const ran = await cli("login");
		expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining("hivekey login --key hk_live_…")]);
	});

	test("warns when HIVEKEY_KEY beats what was stored", async () => {
		const ran = await cli(`login --key ${ADMIN_KEY} --url ${gateway.url}`, { env: { HIVEKEY_KEY: "hk_live_other" } });
		expect(ran.stderr).toBe("warning: HIVEKEY_KEY is set and beats the key that was just stored\n");
	});

	test.each(["__proto__", "a/b", "-x"])("%s cannot name a profile", async (name) => {
		const ran = await cli(["login", "--key", ADMIN_KEY, "--url", gateway.url, `--profile=${name}`]);
		expect(ran.exit).toBe(2);
	});

	test("a hostile name of a workspace is printed escaped", async () => {
		const whoami = {
			organization: "acme\u001b[2J\nerror: no",
			workspace: "p\u202erod",
			workspace_id: "ws_1",
			key: { id: "k", owner: "o", scopes: [] },
		};
		gateway.once.push({ status: 200, body: whoami });
		expect((await login()).stdout).toBe("Authenticated as acme\\x1b[2J\\nerror: no · workspace p\\u202erod\n");
	});
});

describe("logout", () => {
	test("forgets the key and keeps the address", async () => {
		await login();
		expect(await cli("logout")).toEqual({ exit: 0, stdout: "Logged out of acme-corp · workspace prod\n", stderr: "" });
		expect(stored()).toEqual({ current: "default", profiles: { default: { url: gateway.url } } });
		expect((await cli("whoami")).exit).toBe(4);
		expect(await cli("logout")).toEqual({ exit: 0, stdout: "", stderr: "You were not logged in.\n" });
	});
});

describe("whoami and the address", () => {
	test("shows the key in use", async () => {
		await login();
		expect((await cli("whoami")).stdout).toBe(
			`organization  acme-corp\nworkspace     prod (ws_1)\nkey           key_1\nowner         root\nscopes        admin\ngateway       ${gateway.url}\n`,
		);
		expect(JSON.parse((await cli("whoami -o json")).stdout)).toMatchObject({ organization: "acme-corp", url: gateway.url });
	});

	test("without a key it is exit code 4, and JSON for programs", async () => {
		const ran = await cli("whoami -o json");
		expect([ran.exit, ran.stdout]).toEqual([4, ""]);
		expect(JSON.parse(ran.stderr).error).toMatchObject({ code: "not_authenticated", message: "You are not logged in" });
	});

	test("--url beats HIVEKEY_URL, which beats the profile's, and HIVEKEY_KEY beats the stored key", async () => {
		await login();
		const urlOf = async (line: string, env: Record<string, string>) => {
			const ran = await cli(line, { env });
			return ran.exit === 0 ? gateway.url : /http:\/\/[\d.:]+\d/.exec(ran.stderr)?.[0];
		};
		expect(await urlOf(`whoami --url ${dead}`, { HIVEKEY_URL: gateway.url })).toBe(dead);
		expect(await urlOf("whoami", { HIVEKEY_URL: dead })).toBe(dead);
		expect(await urlOf(`--url ${dead} whoami`, { HIVEKEY_URL: gateway.url })).toBe(dead);
		expect(await urlOf("whoami", {})).toBe(gateway.url);
		await cli("whoami", { env: { HIVEKEY_KEY: "hk_live_env" } });
		expect(gateway.seen.at(-1)?.headers.authorization).toBe("Bearer hk_live_env");
	});

	test("a gateway that does not run is named, with what to do", async () => {
		const ran = await cli(`whoami --url ${dead}`, { env: { HIVEKEY_KEY: ADMIN_KEY } });
		expect(ran.exit).toBe(1);
		expect(ran.stderr).toBe(
			`error: Cannot reach the gateway at ${dead}: connection refused\n` +
				"  Is it running? `npm start` in the checkout starts one; else check the address (--url, HIVEKEY_URL, profile).\n",
		);
	});

	test("an address that is none is a usage error", async () => {
		expect((await cli("whoami --url gateway", { env: { HIVEKEY_KEY: ADMIN_KEY } })).exit).toBe(2);
	});

	test("a key that lacks the scope is exit code 4", async () => {
		gateway.once.push(problem(403, "missing_scope", "this key lacks the scope policy"));
		const ran = await cli(`whoami --url ${gateway.url}`, { env: { HIVEKEY_KEY: ADMIN_KEY } });
		expect([ran.exit, ran.stderr]).toEqual([4, expect.stringContaining("lacks the scope policy")]);
	});

	test("a profile that is not there names those that are", async () => {
		await login(" --profile local");
		const ran = await cli("whoami --profile loca");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("There is: local.")]);
	});
});

describe("a config file that cannot be used", () => {
	test.each([
		["{", "it is not JSON"],
		["[]", "it is not a JSON object"],
		['{"current":7}', "`current` is not a profile's name"],
		['{"profiles":[]}', "`profiles` is not an object"],
		['{"profiles":{"a":{}}}', "profile `a` has no `url`"],
		['{"profiles":{"a":{"url":"u","key":1}}}', "the `key` of profile `a` is not a text"],
	])("%s: %s", async (text, why) => {
		writeFileSync(config, text);
		for (const line of ["whoami", `login --key ${ADMIN_KEY} --url ${gateway.url}`, "logout"]) {
			const ran = await cli(line);
			expect(ran.exit).toBe(1);
			expect(ran.stderr).toBe(
				`error: The config file ${config} is broken: ${why}\n  Repair it, or remove it and log in again: hivekey login --key hk_live_…\n`,
			);
		}
		expect(readFileSync(config, "utf8")).toBe(text);
	});

	test("does not matter where the environment says everything", async () => {
		writeFileSync(config, "{");
		expect((await cli("whoami", { env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url } })).exit).toBe(0);
	});

	test("a folder in its place cannot be read, and the message says where it is", async () => {
		mkdirSync(config);
		const ran = await cli("whoami");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining(`Cannot read the config file ${config}`)]);
	});

	test("a place that cannot be written is told, and no half-written file stays", async () => {
		writeFileSync(join(folder, "file"), "");
		chmodSync(join(folder, "file"), 0o400);
		const path = join(folder, "file", "config.json");
		const ran = await cli(`login --key ${ADMIN_KEY} --url ${gateway.url}`, { env: { HIVEKEY_CONFIG: path } });
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining(`Cannot write the config file ${path}`)]);
		expect(readdirSync(folder)).toEqual(["file"]);
	});
});

test.each([
	["linux", {}, "/home/me/.config/hivekey/config.json"],
	["linux", { XDG_CONFIG_HOME: "/x" }, "/x/hivekey/config.json"],
	["linux", { XDG_CONFIG_HOME: "relative" }, "/home/me/.config/hivekey/config.json"],
	["darwin", {}, "/home/me/Library/Application Support/hivekey/config.json"],
	["win32", { APPDATA: "C:\\Users\\me\\AppData\\Roaming" }, "C:\\Users\\me\\AppData\\Roaming\\hivekey\\config.json"],
	["linux", { HIVEKEY_CONFIG: "/elsewhere/c.json", XDG_CONFIG_HOME: "/x" }, "/elsewhere/c.json"],
])("on %s with %j the config lies at %s", (platform, env, path) => {
	expect(configPath({ platform, env, home: "/home/me" })).toBe(path);
});
