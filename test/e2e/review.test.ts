/** Signing off against the built Worker, over HTTP: the tour's 501st mail, every race with the upstream's calls counted, and kills. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localSecrets } from "../../scripts/gateway/local-secrets.ts";
import { builtWorker } from "../support/built.ts";
import { cliIn } from "../support/e2e/cli.ts";
import { temporaryFolder, testFolder } from "../support/e2e/folder.ts";
import { type Answered, type Client, clientOf, logOnce, newAgent, statesByAct } from "../support/e2e/http.ts";
import { freePort, isRunning, type Launched, launchSlowMail } from "../support/e2e/launcher.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { until } from "../support/until.ts";

const HELD = mailRole("held", "- { id: sign-off, action: mail.send, effect: review, review: { self_approval: true } }");
const BRIEF = mailRole(
	"brief",
	"- { id: sign-off, action: mail.send, effect: review, review: { self_approval: true, expires: 1m } }",
);
/** When the approvals come that race expiry, in milliseconds from the moment at which it is due. */
const AROUND_EXPIRY = [-5_000, -150, -60, -20, 0, 20, 60, 150, 2_000];
const DENIED = mailRole("held", "- { id: sign-off, action: mail.send, effect: deny }");
/** How long after the approvals were sent everything is killed, in milliseconds; REVIEW_CRASH_ROUNDS says how many of them are tried. */
const MOMENTS = [15, 5, 40, 150, 80, 25, 300, 60];
const ROUNDS = Number(process.env.REVIEW_CRASH_ROUNDS ?? 1);

const mail = (subject: string) => ({ to: "jordan@acme.com", subject, body: "…" });

/** A call that was held, once it is on the list; `approve` signs what was shown. */
async function hold(agent: Client, admin: Client, subject: string) {
	const held = await agent("POST", "/v1/actions/mail.send", mail(subject));
	expect(held.status, held.text).toBe(202);
	const id: string = held.json.review.id;
	const shown = await until(async () => {
		const answer = await admin("GET", `/v1/reviews/${id}`);
		return answer.status === 200 ? answer : null;
	});
	const { digest } = shown.json;
	return {
		id,
		actId: held.json.id as string,
		expiresAt: Date.parse(held.json.review.expires_at),
		approve: (as: Client = admin) => as("POST", `/v1/reviews/${id}/approve`, { digest }),
		deny: (as: Client = admin) => as("POST", `/v1/reviews/${id}/deny`, {}),
		state: async () => (await agent("GET", `/v1/calls/${held.json.id}`)).json?.state as string,
	};
}

/** The gateway of the races. */
let racing: Launched;
let admin: Client;
let people: Client[];
let made = 0;
/** Held since the suite began, for the shortest time that there is. */
const brief: Awaited<ReturnType<typeof hold>>[] = [];
/** Their approvals, each sent at its moment, whatever is tested meanwhile. */
let late: Promise<Answered[]>;
const folder = temporaryFolder();
const state = folder.path;
const sentOf = (subject: string) => sentMails(state).filter((line) => line === subject).length;

beforeAll(async () => {
	racing = launchSlowMail({ bundle: await builtWorker(), state, port: await freePort(), slowestMs: 200 });
	await racing.ready();
	admin = clientOf(racing.url, racing.adminKey());
	people = await operatorsPeople(racing, state, 50);
	const { call } = await agentUnder(BRIEF);
	for (const moment of AROUND_EXPIRY) brief.push(await hold(call, admin, `expiring ${moment}`));
	late = Promise.all(
		brief.map(async (held, n) => {
			await new Promise((resolve) => setTimeout(resolve, held.expiresAt + (AROUND_EXPIRY[n] as number) - Date.now()));
			return held.approve();
		}),
	);
	// The last test says what is wrong with it.
	late.catch(() => undefined);
}, 60_000);
afterAll(async () => {
	racing.killEverything();
	await racing.end();
	folder.remove();
});

const agentUnder = (role = HELD) => newAgent(racing.url, racing.adminKey(), `bot-${++made}`, role);

describe("the tour's daily-volume-cap", () => {
	let gateway: LocalGateway;
	const folder = temporaryFolder();
	beforeAll(async () => {
		gateway = await startLocalGateway();
	}, 60_000);
	afterAll(async () => {
		await gateway.stop();
		folder.remove();
	});

	test("holds the 501st mail; a person approves it in the CLI, it goes out, the waiting agent hears of it, the log tells it", async () => {
		const hivekey = cliIn(folder.path, { HIVEKEY_KEY: gateway.adminKey, HIVEKEY_URL: gateway.url });
		writeFileSync(join(folder.path, "role.json"), JSON.stringify(roleOfThePage()));
		expect((await hivekey("role", "apply", "-f", "role.json")).exit).toBe(0);
		const token = (await hivekey("agent", "create", "helpdesk-bot", "--role", "support-agent")).stdout.trim();
		const agent = clientOf(gateway.url, token);
		for (let sent = 0; sent < 500; sent += 25) {
			const answers = await Promise.all(
				Array.from({ length: 25 }, (_, i) => agent("POST", "/v1/actions/mail.send", mail(`mail ${sent + i}`))),
			);
			expect(answers.map(({ status }) => status)).toEqual(Array(25).fill(200));
		}
		const held = await agent("POST", "/v1/actions/mail.send", mail("the 501st"), { headers: { "idempotency-key": "501" } });
		expect([held.status, held.json.matched_guard, held.json.reason]).toEqual([
			202,
			"daily-volume-cap",
			"501 calls in the last day, limit 500",
		]);
		const poll = held.json.review.poll as string;
		const waiting = agent("GET", `${poll}?wait=60`).then((answer) => ({ answer, at: Date.now() }));

		const row = await until(async () => {
			const { stdout } = await hivekey("review", "list");
			return stdout.split("\n").find((line) => line.startsWith("rev_"));
		});
		const id = row.split(" ")[0] as string;
		expect(row).toContain("helpdesk-bot");
		const shown = await hivekey("review", "show", id);
		expect(shown.stdout).toContain('"subject": "the 501st"');
		expect(shown.stdout).toContain("501 calls in the last day, limit 500 (guard_review)");
		const approved = await hivekey("review", "approve", id, "--note", "known customer");
		const doneAt = Date.now();
		expect(approved).toEqual({
			exit: 0,
			stdout: `Review ${id} approved · mail.send of helpdesk-bot · executed\n`,
			stderr: "",
		});
		const { answer, at } = await waiting;
		expect(answer.json).toMatchObject({ state: "executed", verdict: "allow", result: { queued: true } });
		expect(at).toBeLessThan(doneAt + 1_000);
		expect(await until(() => gateway.lines.filter((line) => line.includes("jordan@acme.com")).length)).toBe(501);

		const again = await agent("POST", "/v1/actions/mail.send", mail("the 501st"), { headers: { "idempotency-key": "501" } });
		expect([again.status, again.json.id]).toEqual([200, held.json.id]);
		const tail = await until(async () => {
			const { stdout } = await hivekey("audit", "tail", "--all", "-n", "10");
			return stdout.includes("approved by") ? stdout : null;
		});
		expect(
			tail
				.trim()
				.split("\n")
				// The tail has the 500 before it as well, and whatever the log said of itself meanwhile.
				.filter((line) => / review |review\.approve|released: /.test(line))
				.map((line) =>
					line
						.split(/ {2,}/)
						.slice(2)
						.join(" | ")
						.replace(/(rev|act)_\w+|digest=\w+/g, "$1_…"),
				),
		).toEqual([
			"mail.send | review | 501 calls in the last day, limit 500",
			'review.approve | - | review=rev_… act=act_… owner=root approvals="1 of 1" _… note="known customer"',
			"mail.send | allow | released: approved by root: known customer",
		]);
	}, 120_000);
});

function roleOfThePage(): object {
	return {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name: "support-agent" },
		scope: { allow: ["mail.read", "mail.send"] },
		...PAGE_GUARDS,
	};
}

describe("races, with the upstream's calls counted", () => {
	test("50 approvers at once: one is told that it was them, and the mail goes out once", async () => {
		const { call } = await agentUnder();
		const held = await hold(call, admin, "fifty 1");
		const answers = await Promise.all(people.map((person) => held.approve(person)));
		const won = answers.filter(({ status }) => status === 200);
		expect(won.map(({ json }) => [json.state, json.call.state, json.decided_by.length])).toEqual([["released", "executed", 1]]);
		expect(answers.filter(({ json }) => json.code === "review_decided").length).toBe(49);
		expect(sentOf("fifty 1")).toBe(1);
		const log = await logOnce(racing.url, racing.adminKey(), (all) =>
			all.some((one) => one.act_id === held.actId && one.state === "executed"),
		);
		expect(statesByAct(log).get(held.actId)).toEqual(["held", "released", "executed"]);
		expect(log.filter((one) => one.action === "review.approve" && one.fields?.act === held.actId).length).toBe(1);
	}, 30_000);

	test.each([
		["deny", (held: Awaited<ReturnType<typeof hold>>) => held.deny(people[1])],
		["the agent's revocation", (_: unknown, name: string) => admin("DELETE", `/v1/agents/${name}`)],
		["a role that denies now", () => admin("PUT", "/v1/roles/held", DENIED)],
	] as [string, (held: Awaited<ReturnType<typeof hold>>, name: string) => Promise<Answered>][])(
		"approval against %s: one outcome, and the mail goes out exactly if that is the approval",
		async (what, other) => {
			for (let round = 0; round < 2; round++) {
				const { call } = await agentUnder();
				const subject = `${what} ${round}`;
				const held = await hold(call, admin, subject);
				const rival = () => other(held, `bot-${made}`);
				const [first, second] = round % 2 === 0 ? [held.approve, rival] : [rival, held.approve];
				await Promise.all([first(), second()]);
				const log = await logOnce(racing.url, racing.adminKey(), (all) => isEnded(statesByAct(all).get(held.actId)));
				const states = statesByAct(log).get(held.actId) ?? [];
				expect([
					["held", "denied"],
					["held", "released", "executed"],
				]).toContainEqual(states);
				expect(sentOf(subject)).toBe(states.includes("executed") ? 1 : 0);
			}
		},
		60_000,
	);
});

describe("killed between approval and outcome", () => {
	test.each(MOMENTS.slice(0, ROUNDS))(
		"after %i ms: every call ran at most once, and whatever is not known says so",
		async (afterMs) => {
			const state = testFolder();
			const options = { bundle: await builtWorker(), state, port: await freePort(), slowestMs: 300 };
			let gateway = launchSlowMail(options);
			try {
				await gateway.ready();
				const admin = clientOf(gateway.url, gateway.adminKey());
				const { token, call } = await newAgent(gateway.url, gateway.adminKey(), "bot", HELD);
				const held = [];
				for (let n = 0; n < 10; n++) held.push(await hold(call, admin, `mail ${n}`));
				const answers = held.map((one) => one.approve().catch(() => null));
				await new Promise((resolve) => setTimeout(resolve, afterMs));
				gateway.killEverything();
				const answered = await Promise.all(answers);
				await until(() => gateway.ended && !isRunning(gateway.pid));

				gateway = launchSlowMail(options);
				await gateway.ready();
				const agent = clientOf(gateway.url, token);
				const stateOf = async (actId: string) => (await agent("GET", `/v1/calls/${actId}`)).json.state as string;
				for (const [n, one] of held.entries()) {
					// Approved ones are carried on by the ledger itself; pending ones nobody has approved, as far as it knows.
					const last = await until(
						async () => {
							const now = await stateOf(one.actId);
							if (now === "running") return null;
							if (now !== "pending") return now;
							const review = await clientOf(gateway.url, gateway.adminKey())("GET", `/v1/reviews/${one.id}`);
							return review.json.state === "pending" ? "pending" : null;
						},
						{ withinMs: 60_000, everyMs: 200 },
					);
					const sent = sentMails(state).filter((subject) => subject === `mail ${n}`).length;
					if (last === "executed") expect(sent).toBe(1);
					else if (last === "pending") expect(sent).toBe(0);
					else expect([last, sent <= 1]).toEqual(["unknown", true]);
					if (answered[n]?.status === 200) expect(last).toBe("executed");
				}
			} finally {
				gateway.killEverything();
			}
		},
		120_000,
	);
});

test("approval against expiry: one outcome, and the mail goes out exactly if that is the approval", async () => {
	const answers = await late;
	const log = await logOnce(racing.url, racing.adminKey(), (all) => {
		const states = statesByAct(all);
		return brief.every(({ actId }) => isEnded(states.get(actId)));
	});
	const outcomes = brief.map(({ actId }) => statesByAct(log).get(actId)?.join(" "));
	for (const [n, outcome] of outcomes.entries()) {
		expect(["held expired", "held released executed"]).toContain(outcome);
		const ran = outcome === "held released executed";
		expect([answers[n]?.status === 200, sentOf(`expiring ${AROUND_EXPIRY[n]}`)]).toEqual([ran, ran ? 1 : 0]);
	}
	expect([outcomes[0], outcomes.at(-1)]).toEqual(["held released executed", "held expired"]);
}, 120_000);

function isEnded(states: string[] | undefined): boolean {
	return ["executed", "denied", "expired", "failed", "unknown"].includes(states?.at(-1) ?? "");
}

/** Subjects that the provider was given, a line each. */
function sentMails(state: string): string[] {
	try {
		return readFileSync(join(state, "sent"), "utf8").trim().split("\n");
	} catch {
		return [];
	}
}

/** So many people, each with a key that the operator made. */
async function operatorsPeople(gateway: Launched, state: string, count: number): Promise<Client[]> {
	const { HIVEKEY_ROOT_KEY } = await localSecrets(state);
	const root = clientOf(gateway.url, HIVEKEY_ROOT_KEY);
	const { workspace_id } = (await clientOf(gateway.url, gateway.adminKey())("GET", "/v1/whoami")).json;
	const keys = await Promise.all(
		Array.from({ length: count }, (_, n) => root("POST", `/v1/workspaces/${workspace_id}/keys`, { owner: `person ${n}` })),
	);
	return keys.map(({ json }) => clientOf(gateway.url, json.key));
}
