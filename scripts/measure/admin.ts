/** What the administrator's side costs at size, against limits: exits 1 where one is missed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../gateway/build-worker.ts";
import { localSecrets } from "../gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "../gateway/run-gateway.ts";
import { seed } from "../gateway/seed.ts";
import { startWatchdog } from "../gateway/watchdog.ts";

const BOUND_AGENTS = 1_000;
const LISTED_AGENTS = 100_000;
const APPLY_LIMIT_MS = 10_000;
/** A page in the middle or at the end may take this many times as long as the first one. */
const PAGE_RATIO_LIMIT = 2;
const PAGE_ROUNDS = 25;

const folder = await mkdtemp(join(tmpdir(), "hivekey-admin-"));
let gateway: RunningGateway | undefined;
try {
	const [bundle, secrets] = await Promise.all([buildWorker(join(folder, "worker")), localSecrets(folder)]);
	gateway = await runGateway({
		bundle,
		state: folder,
		port: 0,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "error" },
	});
	startWatchdog();
	const key = await seed(gateway, folder, secrets.HIVEKEY_ROOT_KEY);
	const applyMs = await measureApply(gateway, key);
	const pages = await measurePages(gateway, key);
	console.log(`role apply with ${BOUND_AGENTS} bound agents: ${applyMs} ms (limit ${APPLY_LIMIT_MS})`);
	console.log(
		`a page of 50 of ${LISTED_AGENTS} agents, median of ${PAGE_ROUNDS}, in ms: ${JSON.stringify(pages)} (limit ${PAGE_RATIO_LIMIT} times the first)`,
	);
	const slow = Math.max(pages.middle, pages.last) / pages.first;
	process.exitCode = applyMs <= APPLY_LIMIT_MS && slow <= PAGE_RATIO_LIMIT ? 0 : 1;
} finally {
	await gateway?.stop();
	await rm(folder, { recursive: true, force: true });
}

async function api(
	running: RunningGateway,
	key: string,
	method: string,
	path: string,
	body?: unknown,
): Promise<Record<string, unknown>> {
	const response = await fetch(`${running.url}${path}`, {
		method,
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const answer = (await response.json()) as Record<string, unknown>;
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
	return answer;
}

/** Binds every ledger by a first request, then applies a change of their role. */
async function measureApply(running: RunningGateway, key: string): Promise<number> {
	const role = (limit: number) => ({
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name: "fleet" },
		scope: { allow: ["mail.read"] },
		guards: [{ id: "cap", action: "mail.read", when: { field: "rate.per_day", lte: limit }, effect: "allow", otherwise: "deny" }],
	});
	await api(running, key, "PUT", "/v1/roles/fleet", role(1));
	const names = Array.from({ length: BOUND_AGENTS }, (_, index) => `fleet-${index}`);
	await inParallel(names, 16, async (name) => {
		const { token } = await api(running, key, "POST", "/v1/agents", { name, role: "fleet" });
		await api(running, token as string, "GET", "/v1/actions");
	});
	const startedAt = performance.now();
	await api(running, key, "PUT", "/v1/roles/fleet", role(2));
	return Math.round(performance.now() - startedAt);
}

/** Fills the table directly: creating so many agents over HTTP would measure something else. */
async function measurePages(running: RunningGateway, key: string): Promise<{ first: number; middle: number; last: number }> {
	const { workspace_id } = await api(running, key, "GET", "/v1/whoami");
	const db = await running.miniflare.getD1Database("DB", "hivekey");
	await db
		.prepare(
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
			 INSERT INTO agents (id, workspace_id, name, role, labels, created_at)
			 SELECT printf('agt_x%021d', i), ?2, printf('page-%06d', i), 'fleet', '{}', '2026-01-01T00:00:00.000Z' FROM n`,
		)
		.bind(LISTED_AGENTS, workspace_id)
		.run();
	const cursor = (name: string) => Buffer.from(JSON.stringify(name)).toString("base64url");
	const places = {
		first: "",
		middle: `&cursor=${cursor(`page-${String(LISTED_AGENTS / 2).padStart(6, "0")}`)}`,
		last: `&cursor=${cursor(`page-${String(LISTED_AGENTS - 60).padStart(6, "0")}`)}`,
	};
	const times: Record<keyof typeof places, number[]> = { first: [], middle: [], last: [] };
	for (let round = 0; round < PAGE_ROUNDS; round++) {
		for (const place of Object.keys(places) as (keyof typeof places)[]) {
			const startedAt = performance.now();
			const page = await api(running, key, "GET", `/v1/agents?limit=50${places[place]}`);
			times[place].push(performance.now() - startedAt);
			if ((page.items as unknown[]).length !== 50) throw new Error(`the ${place} page is not full`);
		}
	}
	return { first: median(times.first), middle: median(times.middle), last: median(times.last) };
}

async function inParallel<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
	const left = [...items];
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
		}),
	);
}

function median(times: number[]): number {
	const sorted = [...times].sort((a, b) => a - b);
	return Math.round((sorted[Math.floor(sorted.length / 2)] as number) * 100) / 100;
}
