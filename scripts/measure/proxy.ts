/**
 * What a call costs through the transparent proxy, beside the same action through /v1/actions: both in one run, one after the other,
 * call by call, so that whatever the machine does besides happens to both. Exits 1 where the limit is missed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../gateway/build-worker.ts";
import { localSecrets } from "../gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "../gateway/run-gateway.ts";
import { seed } from "../gateway/seed.ts";
import { startWatchdog } from "../gateway/watchdog.ts";

const WARM_UP = 200;
const CALLS = Number(process.env.PROXY_CALLS ?? 2_000);
/** The most that a proxied call may take, as a multiple of the same action's median. */
const RATIO_LIMIT = 1.15;
const NOTE = "x".repeat(1_000);

const upstream = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.on("end", () => {
		response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: 1, text: NOTE }));
	});
});
await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
const folder = await mkdtemp(join(tmpdir(), "hivekey-proxy-"));
let gateway: RunningGateway | undefined;
try {
	const [bundle, secrets] = await Promise.all([buildWorker(join(folder, "worker")), localSecrets(folder)]);
	const vars = { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "error", ALLOWED_NETWORKS: "127.0.0.0/8" };
	gateway = await runGateway({ bundle, state: folder, port: 0, vars });
	startWatchdog();
	const token = await prepare(gateway, await seed(gateway, folder, secrets.HIVEKEY_ROOT_KEY));
	const paths = ["/v1/actions/notes.create", "/v1/proxy/notes/notes"] as const;
	const times: [number[], number[]] = [[], []];
	for (let n = -WARM_UP; n < CALLS; n++) {
		// Who goes first alternates: the second of two finds the machine warmer.
		for (const which of n % 2 === 0 ? [0, 1] : [1, 0]) {
			const took = await timed(gateway.url + paths[which as 0 | 1], token);
			if (n >= 0) times[which as 0 | 1].push(took);
		}
	}
	const [action, proxied] = times.map(quantiles) as [Quantiles, Quantiles];
	const ratio = proxied.p50 / action.p50;
	console.log(
		`/v1/actions  p50 ${action.p50.toFixed(2)} ms  p95 ${action.p95.toFixed(2)} ms  (${CALLS} calls of 1 KB, one at a time)`,
	);
	console.log(`/v1/proxy    p50 ${proxied.p50.toFixed(2)} ms  p95 ${proxied.p95.toFixed(2)} ms`);
	console.log(`ratio of the medians ${ratio.toFixed(3)} (limit ${RATIO_LIMIT})`);
	process.exitCode = ratio <= RATIO_LIMIT ? 0 : 1;
} finally {
	await gateway?.stop();
	upstream.closeAllConnections();
	upstream.close();
	await rm(folder, { recursive: true, force: true });
}

/** A connector, a role with a guard on it, and an agent. @returns the agent's token */
async function prepare(running: RunningGateway, key: string): Promise<string> {
	const api = async (method: string, path: string, body: unknown) => {
		const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
		const response = await fetch(running.url + path, { method, headers, body: JSON.stringify(body) });
		const answer = (await response.json()) as Record<string, unknown>;
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
		return answer;
	};
	const apiVersion = "policy.hivekey.ai/v1";
	await api("PUT", "/v1/secrets/notes-key", { value: "the-key-of-the-notes" });
	await api("PUT", "/v1/connectors/notes", {
		apiVersion,
		kind: "Connector",
		metadata: { name: "notes" },
		http: {
			base_url: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
			auth: { bearer: { secret: "notes-key" } },
			proxy: { enabled: true },
		},
		actions: [
			{
				name: "notes.create",
				method: "POST",
				path: "/notes",
				logged: ["title"],
				input: {
					type: "object",
					properties: { title: { type: "string" }, text: { type: "string" } },
					required: ["title", "text"],
				},
			},
		],
	});
	await api("PUT", "/v1/roles/note-taker", {
		apiVersion,
		kind: "Role",
		metadata: { name: "note-taker" },
		scope: { allow: ["notes.create"] },
		guards: [
			{ id: "titles", action: "notes.create", when: { field: "title", in: ["todo", "log"] } },
			{ id: "volume", action: "notes.create", when: { field: "rate.per_day", lte: 1_000_000 } },
		],
	});
	return (await api("POST", "/v1/agents", { name: "note-bot", role: "note-taker" })).token as string;
}

async function timed(url: string, token: string): Promise<number> {
	const startedAt = performance.now();
	const response = await fetch(url, {
		method: "POST",
		headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		body: JSON.stringify({ title: "todo", text: NOTE }),
	});
	const text = await response.text();
	if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
	return performance.now() - startedAt;
}

interface Quantiles {
	p50: number;
	p95: number;
}

function quantiles(times: number[]): Quantiles {
	const sorted = [...times].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
	return { p50: at(0.5), p95: at(0.95) };
}
