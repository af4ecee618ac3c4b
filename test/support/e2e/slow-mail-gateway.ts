/**
 * A gateway process whose mail provider takes its time, so that a kill finds calls between intent and outcome. What the provider
 * gets stands in the file `sent` of the state folder before it does anything: a subject a line.
 * Run by Node: `slow-mail-gateway.ts BUNDLE STATE PORT SLOWEST_MS`; it says READY, and makes the workspace if there is none.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Response } from "miniflare";
import { localSecrets } from "../../../scripts/gateway/local-secrets.ts";
import { runGateway } from "../../../scripts/gateway/run-gateway.ts";
import { seed } from "../../../scripts/gateway/seed.ts";
import { startWatchdog } from "../../../scripts/gateway/watchdog.ts";

/** Answers after a while, by a number in the subject. */
const SLOW_MAIL = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class SlowMail extends WorkerEntrypoint {
	async send(message) {
		await this.env.SENT.fetch("http://sent/", { method: "POST", body: message.subject });
		const n = Number(/\\d+/.exec(message.subject)?.[0] ?? 0);
		await scheduler.wait((n * 7919) % this.env.SLOWEST_MS);
		return { messageId: "slow-" + n };
	}
}
export default { fetch: () => new Response("no such page", { status: 404 }) };`;

const [bundle = "", state = "", port = "0", slowestMs = "0"] = process.argv.slice(2);
const sent = join(state, "sent");
const secrets = await localSecrets(state);
const gateway = await runGateway({
	bundle,
	state,
	port: Number(port),
	vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", SETTLE_GRACE_SECONDS: "1" },
	onLine: (line) => console.log(line),
	worker: { email: {}, serviceBindings: { MAIL: { name: "slow-mail", entrypoint: "SlowMail" } } },
	others: [
		{
			name: "slow-mail",
			modules: true,
			compatibilityDate: "2026-11-02",
			script: SLOW_MAIL,
			bindings: { SLOWEST_MS: Number(slowestMs) },
			serviceBindings: {
				async SENT(request: { text(): Promise<string> }) {
					appendFileSync(sent, `${await request.text()}\n`);
					return new Response(null, { status: 204 });
				},
			},
		},
	],
});
startWatchdog();
await seed(gateway, state, secrets.HIVEKEY_ROOT_KEY);
await gateway.tick();
console.log("READY");
