import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
let cli: ReturnType<typeof cliIn>;
let config: string;
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	const folder = freshFolder();
	cli = cliIn(folder);
	config = join(folder, "config.json");
});

const login = (profile: string) => cli(`login --key ${ADMIN_KEY} --url ${gateway.url} --profile ${profile}`);

test("list shows what is stored, the current one marked, and no key", async () => {
	await login("prod");
	await login("local");
	await cli("logout --profile prod");
	const ran = await cli("profile list");
	expect(ran.stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
		["CURRENT", "PROFILE", "ORGANIZATION", "WORKSPACE", "GATEWAY"],
		["prod", "logged out", gateway.url],
		["*", "local", "acme-corp", "prod", gateway.url],
		[""],
	]);
	const listed = await cli("profile list -o json");
	expect(listed.stdout).not.toContain(ADMIN_KEY);
	expect(JSON.parse(listed.stdout)).toMatchObject([
		{ name: "prod", current: false, logged_in: false, organization: null },
		{ name: "local", current: true, logged_in: true, organization: "acme-corp" },
	]);
});

test("list says what to do where there is none", async () => {
	expect(await cli("profile list")).toMatchObject({ exit: 0, stdout: "", stderr: expect.stringContaining("hivekey login") });
});

test("use makes a profile the current one, and warns of what beats it", async () => {
	await login("prod");
	await login("local");
	const ran = await cli("profile use prod", { env: { HIVEKEY_URL: "http://elsewhere" } });
	expect(ran).toEqual({
		exit: 0,
		stdout: `Using profile prod · acme-corp · workspace prod · ${gateway.url}\n`,
		stderr: "warning: HIVEKEY_URL is set and beats the profile\n",
	});
	expect(JSON.parse(readFileSync(config, "utf8")).current).toBe("prod");
});

test("use of a profile that is not there changes nothing", async () => {
	await login("prod");
	const before = readFileSync(config, "utf8");
	for (const name of ["local", "__proto__", "a/b"]) expect((await cli(`profile use ${name}`)).exit).not.toBe(0);
	expect(readFileSync(config, "utf8")).toBe(before);
	writeFileSync(config, "{");
	expect((await cli("profile list")).exit).toBe(1);
});
