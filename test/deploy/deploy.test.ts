/** The order of a deployment, and what it says when a step fails. Cloudflare itself is the one thing here that is not real. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { deploy } from "../../scripts/deploy/deploy.ts";

interface Account {
	database: boolean;
	secrets: string[];
	/** The command that fails, and what it says. */
	broken?: [command: string, words: string];
	health?: (number | null)[];
}

function cloudflare(account: Account) {
	const commands: string[] = [];
	const said: string[] = [];
	let uploaded: Record<string, string> = {};
	const health = account.health ?? [200];
	return {
		commands,
		said,
		uploaded: () => uploaded,
		ports: {
			async wrangler(args: string[]) {
				const command = args.slice(0, args[0] === "d1" || args[0] === "secret" ? 2 : 1).join(" ");
				commands.push(command);
				if (account.broken?.[0] === command) return { ok: false, output: account.broken[1] };
				if (command === "d1 list")
					return { ok: true, output: JSON.stringify(account.database ? [{ name: "hivekey" }, { name: "hivekey-staging" }] : []) };
				if (command === "secret list" && !account.database)
					return { ok: false, output: "This Worker does not exist on your account. [code: 10007]" };
				if (command === "secret list") return { ok: true, output: JSON.stringify(account.secrets.map((name) => ({ name }))) };
				if (command === "deploy") {
					const file = args[args.indexOf("--secrets-file") + 1];
					if (args.includes("--secrets-file")) uploaded = JSON.parse(readFileSync(file as string, "utf8"));
					account.database = true;
					return { ok: true, output: "Deployed hivekey triggers\n  https://hivekey.example.workers.dev\n" };
				}
				return { ok: true, output: "" };
			},
			say: (line: string) => void said.push(line),
			healthz: async () => health.shift() ?? null,
			wait: async () => {},
		},
	};
}

const ALL = ["HIVEKEY_ROOT_KEY", "HIVEKEY_TOKEN_KEY", "HIVEKEY_SIGNING_KEY", "HIVEKEY_ENCRYPTION_KEY"];

describe("a deployment", () => {
	test("of a new environment deploys first, then migrates, and shows all secrets once", async () => {
		const account = cloudflare({ database: false, secrets: [], health: [503, 503, 200] });
		expect(await deploy(account.ports, { environment: "production" })).toEqual({ url: "https://hivekey.example.workers.dev" });
		expect(account.commands).toEqual(["whoami", "d1 list", "secret list", "deploy", "d1 migrations"]);
		expect(Object.keys(account.uploaded())).toEqual(ALL);
		for (const value of Object.values(account.uploaded())) {
			expect(value).toMatch(/^[\w-]{43}$/);
			expect(account.said.filter((line) => line.includes(value))).toHaveLength(1);
		}
	});

	test("of a later version migrates first and touches no secret", async () => {
		const account = cloudflare({ database: true, secrets: ALL });
		await deploy(account.ports, { environment: "staging" });
		expect(account.commands).toEqual(["whoami", "d1 list", "d1 migrations", "secret list", "deploy"]);
		expect(account.uploaded()).toEqual({});
		expect(account.said.join("\n")).not.toContain("HIVEKEY_");
	});

	test("adds only the secret that is missing", async () => {
		const account = cloudflare({
			database: true,
			secrets: ["HIVEKEY_TOKEN_KEY", "HIVEKEY_SIGNING_KEY", "HIVEKEY_ENCRYPTION_KEY"],
		});
		await deploy(account.ports, { environment: "production" });
		expect(Object.keys(account.uploaded())).toEqual(["HIVEKEY_ROOT_KEY"]);
	});

	test.each([
		[
			"",
			"nobody is signed in to Cloudflare here\nSign in first: npx wrangler login (or set CLOUDFLARE_API_TOKEN)",
			'{"loggedIn":false}',
		],
		["where Cloudflare cannot be asked ", "wrangler whoami failed:\nno route\nSign in first: ", "no route"],
	])("%sbegins with whether somebody is signed in, and does nothing else until then", async (_where, told, words) => {
		const account = cloudflare({ database: true, secrets: ALL, broken: ["whoami", words] });
		await expect(deploy(account.ports, { environment: "production" })).rejects.toThrow(told);
		expect([account.commands, account.said]).toEqual([["whoami"], []]);
	});

	test("goes no further than the step that fails, and says what wrangler said", async () => {
		const account = cloudflare({ database: true, secrets: ALL, broken: ["d1 migrations", "no such column: x"] });
		await expect(deploy(account.ports, { environment: "production" })).rejects.toThrow(/no such column: x[\s\S]*deploy again/);
		expect(account.commands).not.toContain("deploy");
	});

	test.each([true, false])(
		"whose secrets cannot be listed changes nothing: they might be overwritten (database: %s)",
		async (database) => {
			const account = cloudflare({ database, secrets: ALL, broken: ["secret list", "timeout"] });
			await expect(deploy(account.ports, { environment: "production" })).rejects.toThrow("Nothing was changed");
			expect(account.commands).not.toContain("deploy");
		},
	);

	test("whose databases cannot be listed changes nothing", async () => {
		const account = cloudflare({ database: true, secrets: ALL, broken: ["d1 list", "timeout"] });
		await expect(deploy(account.ports, { environment: "production" })).rejects.toThrow("Nothing was changed");
		expect(account.commands).toEqual(["whoami", "d1 list"]);
	});

	test("that never becomes healthy says so and how to go back", async () => {
		const account = cloudflare({ database: true, secrets: ALL, health: Array(40).fill(503) });
		await expect(deploy(account.ports, { environment: "production" })).rejects.toThrow(/answers 503[\s\S]*rollback/);
	});
});
