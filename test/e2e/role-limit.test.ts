/** A limit that all agents of a role share, over HTTP, against the built Worker: exactly N between them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtWorker } from "../support/built.ts";
import { testFolder } from "../support/e2e/folder.ts";
import { clientOf, logOnce, newAgent, wholeLog } from "../support/e2e/http.ts";
import { freePort, isRunning, launchSlowMail } from "../support/e2e/launcher.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";

let gateway: LocalGateway;
beforeAll(async () => {
	gateway = await startLocalGateway();
}, 60_000);
afterAll(() => gateway.stop());

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "…" };

describe("20 agents of one role, at once", () => {
	test("send exactly 33 mails between them where the role may send 33, none of them more than its own 4", async () => {
		const role = mailRole(
			"fleet",
			`- { id: fleet-cap, action: mail.send, when: { field: rate.per_day, by: role, lte: 33 } }
- { id: own-cap, action: mail.send, when: { field: rate.per_day, lte: 4 } }`,
		);
		const agents = await Promise.all(
			Array.from({ length: 20 }, (_, i) => newAgent(gateway.url, gateway.adminKey, `fleet-${i}`, role)),
		);
		const answers = await Promise.all(
			agents.flatMap((agent) =>
				Array.from({ length: 6 }, () =>
					agent.call("POST", "/v1/actions/mail.send", MAIL).then(({ status }) => ({ agent, status })),
				),
			),
		);
		const sent = answers.filter(({ status }) => status === 200);
		expect(sent.length).toBe(33);
		expect(answers.filter(({ status }) => status === 429).length).toBe(120 - 33);
		for (const agent of agents) expect(sent.filter((one) => one.agent === agent).length).toBeLessThanOrEqual(4);
		const records = await logOnce(
			gateway.url,
			gateway.adminKey,
			(all) => all.filter(({ state }) => state === "executed").length >= 33,
		);
		expect(records.filter(({ state }) => state === "intent").length).toBe(33);
	}, 60_000);
});

describe("killed while 120 calls of 6 agents are on their way", () => {
	test("the role's limit of 40 lets 40 pass in the end, and never one more", async () => {
		const state = testFolder();
		const bundle = await builtWorker();
		const port = await freePort();
		let gateway = launchSlowMail({ bundle, state, port });
		try {
			await gateway.ready();
			const key = gateway.adminKey();
			const role = mailRole("fleet", "- { id: cap, action: mail.send, when: { field: rate.per_day, by: role, lte: 40 } }");
			const agents = await Promise.all(Array.from({ length: 6 }, (_, i) => newAgent(gateway.url, key, `fleet-${i}`, role)));
			const tokens = agents.map(({ token }) => token);
			const burst = (perAgent: number, onAnswer: () => void = () => {}) =>
				Promise.all(
					tokens.flatMap((token) =>
						Array.from({ length: perAgent }, (_, n) =>
							clientOf(gateway.url, token)("POST", "/v1/actions/mail.send", { ...MAIL, subject: `mail ${n}` }).then(
								onAnswer,
								() => {},
							),
						),
					),
				);
			await burst(20, () => gateway.killEverything());
			await until(() => gateway.ended && !isRunning(gateway.pid));

			gateway = launchSlowMail({ bundle, state, port });
			await gateway.ready();
			const intents = async () => (await wholeLog(gateway.url, key)).filter((record) => record.state === "intent").length;
			// Places that were asked for when the end came are found within two minutes.
			await until(
				async () => {
					await burst(2);
					const count = await intents();
					expect(count).toBeLessThanOrEqual(40);
					return count === 40;
				},
				{ withinMs: 150_000, everyMs: 1_000 },
			);
			await burst(5);
			await logOnce(gateway.url, key, (all) => all.filter(({ state: one }) => one === "denied").length >= 30);
			expect(await intents()).toBe(40);
		} finally {
			gateway.killEverything();
		}
	}, 240_000);
});
