/** `hivekey audit tail -f` while 500 calls are made and the gateway is killed in the middle: every record once, in order. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { builtCli, builtWorker } from "../support/built.ts";
import { environment } from "../support/e2e/environment.ts";
import { testFolder } from "../support/e2e/folder.ts";
import { type Client, clientOf, logOnce, newAgent } from "../support/e2e/http.ts";
import { freePort, launchSlowMail } from "../support/e2e/launcher.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";

const CALLS = 500;
const AT_ONCE = 25;

/** The CLI following, as a process of its own. */
async function follower(folder: string, url: string, key: string) {
	const program = join(await builtCli(), "bin", "hivekey.mjs");
	const child = spawn(process.execPath, [program, "audit", "tail", "-f", "-n", "0", "-o", "ndjson"], {
		cwd: folder,
		env: environment({ HOME: folder, HIVEKEY_CONFIG: join(folder, "config.json"), HIVEKEY_URL: url, HIVEKEY_KEY: key }),
		stdio: ["ignore", "pipe", "pipe"],
	});
	const out = { stdout: "", stderr: "", exit: undefined as number | null | undefined };
	child.stdout.setEncoding("utf8").on("data", (text) => (out.stdout += text));
	child.stderr.setEncoding("utf8").on("data", (text) => (out.stderr += text));
	child.on("close", (code) => (out.exit = code));
	return {
		out,
		seqs: () => linesOf(out.stdout).map((line) => (JSON.parse(line) as AuditRecord).seq),
		interrupt: () => child.kill("SIGINT"),
		kill: () => child.kill("SIGKILL"),
	};
}

const linesOf = (text: string) => text.split("\n").slice(0, -1);

/** Makes calls, a few at a time; those that are cut off by the end of the gateway are told as such. */
async function callAll(call: Client, from: number, to: number): Promise<number> {
	let answered = 0;
	let next = from;
	const caller = async () => {
		while (next < to) {
			const n = next++;
			// Denied: one record each, and no mail that could be slow.
			const done = await call("POST", "/v1/actions/mail.send", { to: `eve${n}@gmail.com`, subject: "Hi", body: "x" }).catch(
				() => null,
			);
			if (done?.status === 403) answered++;
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, caller));
	return answered;
}

test("shows each of 500 calls once and in order, though the gateway is killed and comes back", async () => {
	const state = testFolder();
	const [bundle, port] = await Promise.all([builtWorker(), freePort()]);
	let gateway = launchSlowMail({ bundle, state, port });
	let tail: Awaited<ReturnType<typeof follower>> | undefined;
	try {
		await gateway.ready();
		const key = gateway.adminKey();
		const guard = "- { id: approved-domains, action: mail.send, when: { field: to.domain, in: [acme.com] } }";
		const { token, call } = await newAgent(gateway.url, key, "helpdesk-bot", mailRole("support-agent", guard));
		tail = await follower(state, gateway.url, key);
		const { seqs, out } = tail;
		// It follows once it shows what happens.
		let first = 0;
		await until(async () => {
			first += await callAll(call, 0, 1);
			return seqs().length > 0;
		});
		const before = callAll(call, 0, CALLS / 2);
		await until(() => seqs().length > 60);
		gateway.killEverything();
		await before;
		await until(() => gateway.ended);
		gateway = launchSlowMail({ bundle, state, port });
		await gateway.ready();
		expect(await callAll(clientOf(gateway.url, token), CALLS / 2, CALLS)).toBe(CALLS / 2);

		const own = (all: AuditRecord[]) => all.filter((record) => record.kind === "action");
		/** What stands on the log from the first record on that was shown. */
		const logged = async () => {
			const records = own(await logOnce(gateway.url, key, (all) => own(all).length >= first + CALLS / 2 + 60));
			return records.filter((record) => record.seq >= (seqs()[0] as number)).map((record) => record.seq);
		};
		// Of what was interrupted records still come: both sides are looked at until nothing is on its way.
		let wanted = await logged();
		await until(async () => {
			wanted = await logged();
			return seqs().length === wanted.length;
		});
		expect(seqs()).toEqual(wanted);
		tail.interrupt();
		await until(() => out.exit !== undefined);
		expect([out.exit, out.stderr]).toEqual([
			0,
			`Lost the gateway at ${gateway.url}; following goes on when it is back. Ctrl-C ends it.\nThe gateway is back.\n`,
		]);
	} finally {
		tail?.kill();
		gateway.killEverything();
	}
}, 60_000);
