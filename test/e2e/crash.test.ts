/**
 * `kill -9` of everything in the middle of 200 calls: whatever was answered is on the log, whatever was interrupted is said to be
 * unknown, nothing is lost, doubled or run again. CRASH_REPEATS says how often, each time at another moment.
 */
import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { builtWorker } from "../support/built.ts";
import { testFolder } from "../support/e2e/folder.ts";
import {
	type Answered,
	answeredChainFaults,
	type Client,
	clientOf,
	logOnce,
	newAgent,
	statesByAct,
} from "../support/e2e/http.ts";
import { freePort, isRunning, type Launched, launchSlowMail } from "../support/e2e/launcher.ts";
import { mailRole, rateGuard } from "../support/roles.ts";
import { until } from "../support/until.ts";

const ROUNDS = Number(process.env.CRASH_REPEATS ?? 1);
const CALLS = 200;
/** After how many answers the end comes, round by round. */
const MOMENTS = [60, 1, 120, 20, 90, 140, 5, 40];
/** mail.send's time limit and the grace of a second, and then some. */
const UNKNOWN_WITHIN_MS = 40_000;

const mail = (n: number) => ({ to: "jordan@acme.com", subject: `mail ${n}`, body: "…" });
const keyOf = (n: number) => ({ headers: { "idempotency-key": `call-${n}` } });

/** Sends everything at once, and pulls the plug once `moment` answers are here. */
async function callUntilKilled(gateway: Launched, call: Client, moment: number): Promise<Map<number, Answered>> {
	const answers = new Map<number, Answered>();
	const sent = Array.from({ length: CALLS }, async (_, n) => {
		try {
			answers.set(n, await call("POST", "/v1/actions/mail.send", mail(n), keyOf(n)));
		} catch {
			return;
		}
		if (answers.size === moment) gateway.killEverything();
	});
	await Promise.all(sent);
	await until(() => gateway.ended && !isRunning(gateway.pid));
	return answers;
}

const intentsOf = (records: AuditRecord[]) => records.filter((record) => record.state === "intent");
const allResolved = (records: AuditRecord[]) => [...statesByAct(records).values()].every((states) => states.length >= 2);

describe.each(Array.from({ length: ROUNDS }, (_, round) => MOMENTS[round % MOMENTS.length] as number))(
	"killed after %i answers",
	(moment) => {
		test("the log has every call that was answered, and a true word on every other", async () => {
			const state = testFolder();
			const bundle = await builtWorker();
			const port = await freePort();
			let gateway = launchSlowMail({ bundle, state, port });
			try {
				await gateway.ready();
				const key = gateway.adminKey();
				const { token, call } = await newAgent(
					gateway.url,
					key,
					"helpdesk-bot",
					mailRole("support-agent", rateGuard(CALLS, "deny")),
				);
				const answers = await callUntilKilled(gateway, call, moment);
				expect(answers.size).toBeGreaterThanOrEqual(moment);
				expect([...answers.values()].map((answered) => answered.status)).toEqual(Array(answers.size).fill(200));

				gateway = launchSlowMail({ bundle, state, port });
				await gateway.ready();
				const records = await logOnce(
					gateway.url,
					key,
					(all) => intentsOf(all).length >= answers.size && allResolved(all),
					UNKNOWN_WITHIN_MS,
				);

				// The log is whole: numbered without a gap, chained, no event twice.
				expect(answeredChainFaults(records)).toEqual([]);
				expect(records.at(-1)?.seq).toBe(records.length);
				// Who was answered, was answered with what is on the log.
				const states = statesByAct(records);
				for (const { json } of answers.values()) expect(states.get(json.id)).toEqual(["intent", "executed"]);
				// Who was not, finds one intent, and an outcome or the word that nobody knows it.
				const answered = new Set([...answers.values()].map(({ json }) => json.id));
				const interrupted = [...states].filter(([id]) => !answered.has(id));
				for (const [, own] of interrupted)
					expect([
						["intent", "executed"],
						["intent", "unknown"],
					]).toContainEqual(own);
				expect(interrupted.length).toBeGreaterThan(0);
				const keys = intentsOf(records).map((record) => record.idempotency_key);
				expect(new Set(keys).size).toBe(keys.length);

				await expectSafeRetries(clientOf(gateway.url, token), answers, records);
				await expectExactLimit(gateway, key, clientOf(gateway.url, token));
			} finally {
				gateway.killEverything();
			}
		}, 180_000);
	},
);

/** The same calls under the same keys: answered as they ended, or run now for the first time. */
async function expectSafeRetries(call: Client, answers: Map<number, Answered>, records: AuditRecord[]): Promise<void> {
	const byKey = new Map(intentsOf(records).map((record) => [record.idempotency_key, record.act_id]));
	const states = statesByAct(records);
	for (let n = 0; n < CALLS; n++) {
		const again = await call("POST", "/v1/actions/mail.send", mail(n), keyOf(n));
		const actId = byKey.get(`call-${n}`);
		const before = answers.get(n);
		if (before) expect(again.text).toBe(before.text);
		if (actId === undefined) {
			expect(again.status).toBe(200);
			continue;
		}
		const unknown = states.get(actId)?.at(-1) === "unknown";
		expect([again.status, again.json.id]).toEqual([unknown ? 504 : 200, actId]);
		if (unknown) expect([again.json.state, again.headers.get("retry-after")]).toEqual(["unknown", null]);
	}
}

/** All calls are in by now, each once: the limit that equals their number lets no further one pass. */
async function expectExactLimit(gateway: Launched, key: string, call: Client): Promise<void> {
	expect((await call("POST", "/v1/actions/mail.send", mail(0))).status).toBe(429);
	const records = await logOnce(gateway.url, key, (all) => intentsOf(all).length >= CALLS && allResolvedBut(all, 1));
	expect(intentsOf(records).length).toBe(CALLS);
	expect(answeredChainFaults(records)).toEqual([]);
}

/** Denied acts have one record. */
function allResolvedBut(records: AuditRecord[], denied: number): boolean {
	return [...statesByAct(records).values()].filter((states) => states.length < 2).length === denied;
}
