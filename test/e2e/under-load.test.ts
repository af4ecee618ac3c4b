/** What holds for one call holds for 400 at once, over HTTP, against the built Worker. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chainFaults, type StoredRow } from "../support/chain.ts";
import { clientOf, logOnce, newAgent, statesByAct, type wholeLog } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole, rateGuard } from "../support/roles.ts";

let gateway: LocalGateway;
beforeAll(async () => {
	gateway = await startLocalGateway();
}, 60_000);
afterAll(() => gateway.stop());

type Records = Awaited<ReturnType<typeof wholeLog>>;
const actsOf = (agent: string) => (records: Records) =>
	records.filter((record) => record.agent === agent && record.kind === "action");

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };

/** The stored bytes, past the API. */
async function storedRows(): Promise<StoredRow[]> {
	const db = await gateway.miniflare.getD1Database("DB", "hivekey");
	const { results } = await db.prepare("SELECT seq, leaf_hash, record FROM audit_log ORDER BY seq").all();
	return results as unknown as StoredRow[];
}

describe("400 calls at once", () => {
	test("against a limit of 50 a day: exactly 50 are sent, and 50 intents stand on the log", async () => {
		const agent = await newAgent(gateway.url, gateway.adminKey, "capped-bot", mailRole("capped", rateGuard(50, "deny")));
		const answers = await Promise.all(Array.from({ length: 400 }, () => agent.call("POST", "/v1/actions/mail.send", MAIL)));
		const statuses = answers.map((answered) => answered.status);
		expect(statuses.filter((status) => status === 200).length).toBe(50);
		expect(statuses.filter((status) => status === 429).length).toBe(350);
		expect(new Set(answers.map((answered) => answered.json.id)).size).toBe(400);

		const own = actsOf("capped-bot");
		const records = await logOnce(gateway.url, gateway.adminKey, (all) => own(all).length === 450);
		const count = (state: string) => own(records).filter((record) => record.state === state).length;
		expect([count("intent"), count("executed"), count("denied")]).toEqual([50, 50, 350]);
		const states = statesByAct(records);
		for (const { status, json } of answers)
			expect(states.get(json.id)).toEqual(status === 200 ? ["intent", "executed"] : ["denied"]);
		expect(chainFaults(await storedRows())).toEqual([]);
	}, 60_000);

	test("of 20 agents under one role: each has its own limit, to the call", async () => {
		const role = mailRole("shared", rateGuard(7, "deny"));
		const agents = await Promise.all(
			Array.from({ length: 20 }, (_, i) => newAgent(gateway.url, gateway.adminKey, `shared-${i}`, role)),
		);
		const answers = await Promise.all(
			agents.flatMap((agent) =>
				Array.from({ length: 20 }, () =>
					agent.call("POST", "/v1/actions/mail.send", MAIL).then(({ status }) => ({ agent, status })),
				),
			),
		);
		for (const agent of agents) {
			expect(answers.filter((one) => one.agent === agent && one.status === 200).length).toBe(7);
		}
		const { length } = await storedRows();
		await logOnce(gateway.url, gateway.adminKey, (all) => all.length >= length);
		expect(chainFaults(await storedRows())).toEqual([]);
	}, 60_000);

	test("while the role is tightened: after the answer to the change, none passes", async () => {
		const agent = await newAgent(gateway.url, gateway.adminKey, "tight-bot", mailRole("tight"));
		let tightened = false;
		const late: number[] = [];
		const early: number[] = [];
		const callers = Array.from({ length: 8 }, async () => {
			for (let i = 0; i < 25; i++) {
				const after = tightened;
				const { status } = await agent.call("POST", "/v1/actions/mail.send", MAIL);
				(after ? late : early).push(status);
			}
		});
		const narrowed = mailRole("tight").replace("    - mail.send\n", "");
		expect((await clientOf(gateway.url, gateway.adminKey)("PUT", "/v1/roles/tight", narrowed)).status).toBe(200);
		tightened = true;
		await Promise.all(callers);
		expect(new Set(late)).toEqual(new Set(late.length > 0 ? [403] : []));
		expect(early).toContain(200);
		expect((await agent.call("POST", "/v1/actions/mail.send", MAIL)).status).toBe(403);
	}, 60_000);
});

describe("clients that hang up", () => {
	test("do not stop what was admitted: every intent gets its outcome at once, none is unknown", async () => {
		const agent = await newAgent(gateway.url, gateway.adminKey, "rude-bot", mailRole("rude"));
		const own = actsOf("rude-bot");
		await agent.call("GET", "/v1/actions");
		await Promise.all(
			Array.from({ length: 60 }, (_, i) =>
				agent.call("POST", "/v1/actions/mail.send", MAIL, { signal: AbortSignal.timeout(1 + (i % 30)) }).catch(() => "hung up"),
			),
		);
		const settled = (records: Records) => {
			const states = [...statesByAct(own(records)).values()];
			return states.length > 0 && states.every((one) => one.length === 2);
		};
		const records = await logOnce(gateway.url, gateway.adminKey, settled);
		for (const states of statesByAct(own(records)).values()) expect(states).toEqual(["intent", "executed"]);
	}, 60_000);
});
