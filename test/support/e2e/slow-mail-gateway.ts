/**
 * A gateway process whose mail provider takes its time, so that a kill finds calls between intent and outcome.
 * Run by Node: `slow-mail-gateway.ts BUNDLE STATE PORT`; it says READY, and makes the workspace if there is none.
 */
import { localSecrets } from "../../../scripts/gateway/local-secrets.ts";
import { runGateway } from "../../../scripts/gateway/run-gateway.ts";
import { seed } from "../../../scripts/gateway/seed.ts";
import { startWatchdog } from "../../../scripts/gateway/watchdog.ts";

/** Answers after up to 1.2 s, by a number in the subject. */
const SLOW_MAIL = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class SlowMail extends WorkerEntrypoint {
	async send(message) {
		const n = Number(/\\d+/.exec(message.subject)?.[0] ?? 0);
		await scheduler.wait((n * 7919) % 1200);
		return { messageId: "slow-" + n };
	}
}
export default { fetch: () => new Response("no such page", { status: 404 }) };`;

const [bundle = "", state = "", port = "0"] = process.argv.slice(2);
const secrets = await localSecrets(state);
const gateway = await runGateway({
	bundle,
	state,
	port: Number(port),
	vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", SETTLE_GRACE_SECONDS: "1" },
	onLine: (line) => console.log(line),
	worker: { email: {}, serviceBindings: { MAIL: { name: "slow-mail", entrypoint: "SlowMail" } } },
	others: [{ name: "slow-mail", modules: true, compatibilityDate: "2026-11-02", script: SLOW_MAIL }],
});
startWatchdog();
await seed(gateway, state, secrets.HIVEKEY_ROOT_KEY);
await gateway.tick();
console.log("READY");
