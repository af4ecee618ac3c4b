/** What signing off costs at size, against limits: exits 1 where one is missed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../gateway/build-worker.ts";
import { localSecrets } from "../gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "../gateway/run-gateway.ts";
import { seed } from "../gateway/seed.ts";
import { startWatchdog } from "../gateway/watchdog.ts";

const LISTED = 10_000;
const PAGE_ROUNDS = 25;
/** A page in the middle or at the end may take this many times as long as the first one. */
const PAGE_RATIO_LIMIT = 2;
const DECISIONS = 20;
const HEARD_LIMIT_MS = 1_000;
const WAITING = 1_000;
const AGENTS = 20;
const CALLS = 400;
const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };

const folder = await mkdtemp(join(tmpdir(), "hivekey-reviews-"));
let gateway: RunningGateway | undefined;
try {
	const [bundle, secrets] = await Promise.all([buildWorker(join(folder, "worker")), localSecrets(folder)]);
	gateway = await runGateway({
		bundle,
		state: folder,
		port: 0,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "error", PENDING_REVIEWS: "1000" },
	});
	startWatchdog();
	const key = await seed(gateway, folder, secrets.HIVEKEY_ROOT_KEY);
	const api = apiOf(gateway.url);
	await api(key, "PUT", "/v1/roles/held", roleOf("held", [{ id: "sign-off", action: "mail.send", effect: "review" }]));
	await api(key, "PUT", "/v1/roles/free", roleOf("free", []));

	const heard = await measureHearing(api, key);
	console.log(`from an approval's answer to the long poll's, ${DECISIONS} times, in ms: ${JSON.stringify(heard)}`);
	const { before, during } = await measureWaiting(api, key);
	console.log(`an allowed call with nobody waiting, ${CALLS} of them, 8 at once, in ms: ${JSON.stringify(before)}`);
	console.log(`the same while ${WAITING} calls are waited for, in ms: ${JSON.stringify(during)}`);
	const pages = await measurePages(gateway, api, key);
	console.log(`a page of 50 of ${LISTED} pending reviews, median of ${PAGE_ROUNDS}, in ms: ${JSON.stringify(pages)}`);
	const slow = Math.max(pages.middle, pages.last) / pages.first;
	process.exitCode = heard.max <= HEARD_LIMIT_MS && slow <= PAGE_RATIO_LIMIT ? 0 : 1;
} finally {
	await gateway?.stop();
	await rm(folder, { recursive: true, force: true });
}

type Api = ReturnType<typeof apiOf>;

function apiOf(url: string) {
	// biome-ignore lint/suspicious/noExplicitAny: what is read of an answer stands where it is read
	return async (key: string, method: string, path: string, body?: unknown): Promise<any> => {
		const response = await fetch(`${url}${path}`, {
			method,
			headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const answer = await response.json();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
		return answer;
	};
}

function roleOf(name: string, guards: object[]): object {
	const apiVersion = "policy.hivekey.ai/v1";
	return { apiVersion, kind: "Role", metadata: { name }, scope: { allow: ["mail.read", "mail.send"] }, guards };
}

/** How long after the approval's answer each waiting agent has its own; 0 where it had it before. */
async function measureHearing(api: Api, key: string) {
	const { token } = await api(key, "POST", "/v1/agents", { name: "heard", role: "held" });
	const delays: number[] = [];
	for (let n = 0; n < DECISIONS; n++) {
		const held = await api(token, "POST", "/v1/actions/mail.send", MAIL);
		const waiting = api(token, "GET", `${held.review.poll}?wait=30`).then(() => performance.now());
		const digest = await digestOf(api, key, held.review.id);
		await api(key, "POST", `/v1/reviews/${held.review.id}/approve`, { digest });
		const answeredAt = performance.now();
		delays.push(Math.max(0, (await waiting) - answeredAt));
	}
	return summaryOf(delays);
}

async function digestOf(api: Api, key: string, id: string): Promise<string> {
	for (;;) {
		try {
			return (await api(key, "GET", `/v1/reviews/${id}`)).digest;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	}
}

/** Calls of an agent that has nothing to do with it, before and while many others wait. */
async function measureWaiting(api: Api, key: string) {
	const { token } = await api(key, "POST", "/v1/agents", { name: "busy", role: "free" });
	await measureCalls(api, token);
	const before = summaryOf(await measureCalls(api, token));
	const waits: Promise<unknown>[] = [];
	for (let n = 0; n < AGENTS; n++) {
		const { token: waiter } = await api(key, "POST", "/v1/agents", { name: `waits-${n}`, role: "held" });
		const { id } = await api(waiter, "POST", "/v1/actions/mail.send", MAIL);
		for (let i = 0; i < WAITING / AGENTS; i++) waits.push(api(waiter, "GET", `/v1/calls/${id}?wait=60`).catch(() => null));
	}
	await new Promise((resolve) => setTimeout(resolve, 2_000));
	const during = summaryOf(await measureCalls(api, token));
	await Promise.all(waits);
	return { before, during };
}

async function measureCalls(api: Api, token: string): Promise<number[]> {
	const times: number[] = [];
	let left = CALLS;
	const one = async () => {
		while (left-- > 0) {
			const startedAt = performance.now();
			await api(token, "POST", "/v1/actions/mail.read", {});
			times.push(performance.now() - startedAt);
		}
	};
	await Promise.all(Array.from({ length: 8 }, one));
	return times;
}

/** Fills the list directly: holding so many calls over HTTP would measure something else. */
async function measurePages(running: RunningGateway, api: Api, key: string) {
	const { workspace_id } = await api(key, "GET", "/v1/whoami");
	const { items } = await api(key, "GET", "/v1/reviews?limit=1");
	const db = await running.miniflare.getD1Database("DB", "hivekey");
	await db
		.prepare(
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
			 INSERT INTO reviews (id, workspace_id, agent_id, agent, state, version, view)
			 SELECT printf('rev_x%021d', i), workspace_id, agent_id, agent, state, version, json_set(view, '$.id', printf('rev_x%021d', i))
			 FROM n, reviews WHERE reviews.workspace_id = ?2 AND reviews.id = ?3`,
		)
		.bind(LISTED, workspace_id, items[0].id)
		.run();
	const cursors: (string | null)[] = [null];
	for (let cursor: string | null = null; ; ) {
		const page: { next_cursor: string | null } = await api(
			key,
			"GET",
			`/v1/reviews?limit=50${cursor ? `&cursor=${cursor}` : ""}`,
		);
		cursor = page.next_cursor;
		if (cursor === null) break;
		cursors.push(cursor);
	}
	const timeOf = async (cursor: string | null | undefined) => {
		const times: number[] = [];
		for (let round = 0; round < PAGE_ROUNDS; round++) {
			const startedAt = performance.now();
			await api(key, "GET", `/v1/reviews?limit=50${cursor ? `&cursor=${cursor}` : ""}`);
			times.push(performance.now() - startedAt);
		}
		return summaryOf(times).median;
	};
	await timeOf(null);
	return {
		first: await timeOf(null),
		middle: await timeOf(cursors[Math.floor(cursors.length / 2)]),
		last: await timeOf(cursors.at(-2)),
	};
}

function summaryOf(times: number[]): { median: number; p95: number; max: number } {
	const sorted = [...times].sort((a, b) => a - b);
	const at = (share: number) =>
		Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
	return { median: at(0.5), p95: at(0.95), max: at(1) };
}
