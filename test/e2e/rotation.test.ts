/** Everything that is rotated while a gateway runs, under load: no call that is made with what is valid fails on the way. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, clientOf, logOnce, newAgent, statesByAct } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { until } from "../support/until.ts";

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };
/** How many calls go through between one step and the next. */
const BETWEEN = 8;

let gateway: LocalGateway;
beforeAll(async () => {
	gateway = await startLocalGateway();
}, 60_000);
afterAll(() => gateway.stop());

/** Calls again and again, several at a time, each with the token of the moment. */
class Load {
	token: string;
	readonly statuses = new Map<number, number>();
	done = 0;
	readonly #call: (token: string) => Promise<number>;
	readonly #inFlight = new Map<string, number>();
	#stopped = false;
	readonly #callers: Promise<void>[];

	constructor(token: string, call: (token: string) => Promise<number>) {
		this.token = token;
		this.#call = call;
		this.#callers = Array.from({ length: 3 }, () => this.#goOn());
	}

	async #goOn(): Promise<void> {
		while (!this.#stopped) {
			const { token } = this;
			this.#inFlight.set(token, (this.#inFlight.get(token) ?? 0) + 1);
			const status = await this.#call(token);
			this.#inFlight.set(token, (this.#inFlight.get(token) ?? 0) - 1);
			this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
			this.done++;
		}
	}

	/** Waits for so many more calls. */
	async more(calls = BETWEEN): Promise<void> {
		const wanted = this.done + calls;
		await until(() => this.done >= wanted, { withinMs: 30_000 });
	}

	/** Takes another token, and waits until nothing runs with the one before, as whoever deploys an agent does. */
	async switchTo(token: string): Promise<void> {
		const before = this.token;
		this.token = token;
		await until(() => this.#inFlight.get(before) === 0, { withinMs: 30_000 });
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		await Promise.all(this.#callers);
	}
}

const by = (method: string, path: string, body?: unknown) => async (token: string) =>
	(await clientOf(gateway.url, token)(method, path, body)).status;

async function ok(answered: ReturnType<Client>, status: number): Promise<Record<string, string>> {
	const answer = await answered;
	expect([answer.status, answer.status === status ? "" : answer.text]).toEqual([status, ""]);
	return answer.json;
}

describe("under load", () => {
	test("an agent's tokens, its role and its mailbox, the admin keys: all are changed, and every call succeeds", async () => {
		const { token } = await newAgent(gateway.url, gateway.adminKey, "rotated-bot", mailRole("steady"));
		await newAgent(gateway.url, gateway.adminKey, "other-bot", mailRole("steady-too"));
		const rootKey = readFileSync(join(gateway.state, "root-key"), "utf8").trim();
		const agent = new Load(token, by("POST", "/v1/actions/mail.send", MAIL));
		const admin = new Load(gateway.adminKey, by("GET", "/v1/agents"));
		const both = () => Promise.all([agent.more(), admin.more()]);
		const asAdmin: Client = (...request) => clientOf(gateway.url, admin.token)(...request);
		await both();

		const tokens = "/v1/agents/rotated-bot/tokens";
		for (let round = 0; round < 3; round++) {
			const old = (await asAdmin("GET", tokens)).json.items.find((one: { revoked_at: null }) => one.revoked_at === null);
			const fresh = await ok(asAdmin("POST", tokens, { overlap_seconds: 3_600 }), 201);
			await agent.more();
			await agent.switchTo(fresh.token as string);
			await ok(asAdmin("DELETE", `${tokens}/${old.id}`), 204);
			await both();
		}

		const key = await ok(asAdmin("POST", "/v1/keys", { owner: "ann@acme.com", scopes: ["admin"] }), 201);
		const { key: mine } = (await asAdmin("GET", "/v1/whoami")).json;
		await admin.more();
		await admin.switchTo(key.key as string);
		await ok(asAdmin("DELETE", `/v1/keys/${mine.id}`), 204);
		await both();

		const { workspace_id } = (await asAdmin("GET", "/v1/whoami")).json;
		const operator = clientOf(gateway.url, rootKey);
		const replacement = await ok(operator("POST", `/v1/workspaces/${workspace_id}/keys`, { owner: "bea@acme.com" }), 201);
		await admin.switchTo(replacement.key as string);
		await ok(asAdmin("DELETE", `/v1/keys/${key.id}`), 204);
		await both();

		await ok(asAdmin("PATCH", "/v1/roles/steady", PAGE_GUARDS), 200);
		await agent.more();
		await ok(asAdmin("POST", "/v1/roles/steady/rollback", { rev: 1 }), 200);
		await agent.more();
		await ok(asAdmin("PATCH", "/v1/agents/rotated-bot", { role: "steady-too", labels: { team: "support" } }), 200);
		await agent.more();
		await ok(asAdmin("POST", "/v1/mailboxes", { address: "rotated@acme.com", agents: ["rotated-bot"] }), 201);
		await agent.more();
		await ok(asAdmin("DELETE", "/v1/mailboxes/rotated@acme.com"), 204);
		await both();

		await Promise.all([agent.stop(), admin.stop()]);
		expect([[...agent.statuses.keys()], [...admin.statuses.keys()]]).toEqual([[200], [200]]);
		for (const [refused, path] of [
			[token, "/v1/actions"],
			[gateway.adminKey, "/v1/agents"],
			[key.key as string, "/v1/agents"],
		] as const)
			expect(await by("GET", path)(refused)).toBe(401);

		const own = (records: Awaited<ReturnType<typeof logOnce>>) => records.filter((record) => record.agent === "rotated-bot");
		const records = await logOnce(
			gateway.url,
			admin.token,
			(all) => own(all).filter((record) => record.state === "executed").length === agent.done,
			60_000,
		);
		for (const states of statesByAct(own(records)).values()) expect(states).toEqual(["intent", "executed"]);
	}, 120_000);
});
