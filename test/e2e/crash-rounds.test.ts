/**
 * `kill -9` of everything, again and again at random moments, under 16-way load and on one log: no answer is missing on it, nothing
 * ran without its intent, nothing is there twice, every call came to a word, and the log is one chain, one tree, under every
 * checkpoint that was kept on the way. `npm run test:crash` is the long version.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { builtWorker } from "../support/built.ts";
import { ExportedLog } from "../support/e2e/exported-log.ts";
import { testFolder } from "../support/e2e/folder.ts";
import { type Client, clientOf, newAgent, statesByAct } from "../support/e2e/http.ts";
import { freePort, isRunning, type Launched, launchSlowMail } from "../support/e2e/launcher.ts";
import { APPROVED_DOMAINS, mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { Chance } from "../support/worker/faults.ts";

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 2);
/** A round ends after up to so many answers. */
const ANSWERS = Number(process.env.CRASH_ANSWERS ?? 200);
const SEED = Number(process.env.CRASH_SEED ?? 1);
const AT_ONCE = 16;
const AGENTS = 4;
const SLOWEST_MS = 60;
/** mail.send's time limit and the grace of a second. */
const DUE_MS = 16_000;
/** From then until somebody has looked: a restart, an alarm or the cron. */
const LOOKED_AFTER_MS = 90_000;

interface Answers {
	/** Subjects that were answered, with act and status. */
	answered: Map<string, { actId: string; status: number }>;
	/** Subjects whose answer never came. */
	interrupted: Set<string>;
}

test(`killed ${ROUNDS} times (seed ${SEED}): the log has it all, once`, { timeout: 180_000 + ROUNDS * 60_000 }, async () => {
	const began = Date.now();
	const chance = new Chance(SEED);
	const state = testFolder();
	const port = await freePort();
	const bundle = await builtWorker();
	const launch = () => launchSlowMail({ bundle, state, port, slowestMs: SLOWEST_MS });
	const answers: Answers = { answered: new Map(), interrupted: new Set() };
	let gateway = launch();
	try {
		await gateway.ready();
		const log = new ExportedLog(gateway.url, gateway.adminKey());
		const agents = await newAgents(gateway);
		for (let round = 0; round < ROUNDS; round++) {
			if (round > 0) {
				gateway = launch();
				await gateway.ready();
				await log.keepCheckpoint();
			}
			const end = { after: 1 + chance.below(ANSWERS), thenMs: chance.below(30) };
			await callUntilKilled(gateway, agents, round, end, answers);
		}

		gateway = launch();
		await gateway.ready();
		const records = await allResolved(log);
		expect(log.chainFaults()).toEqual([]);
		expect(await log.verify()).toMatchObject({ kind: "sound", unresolved_count: 0 });
		const figures = expectTheTruth(records, answers, readFileSync(join(state, "sent"), "utf8").trim().split("\n"));
		const seconds = Math.round((Date.now() - began) / 1000);
		console.log(
			JSON.stringify({ rounds: ROUNDS, seed: SEED, ...figures, records: records.length, checkpoints: log.kept, seconds }),
		);
	} finally {
		gateway.killEverything();
	}
});

async function newAgents(gateway: Launched): Promise<Client[]> {
	const role = mailRole("support-agent", APPROVED_DOMAINS);
	const agents: Client[] = [];
	for (let i = 0; i < AGENTS; i++) {
		const { token } = await newAgent(gateway.url, gateway.adminKey(), `bot-${i}`, role);
		agents.push(clientOf(gateway.url, token));
	}
	return agents;
}

/** Keeps so many calls in the air, and pulls the plug a moment after `end.after` answers are here. */
async function callUntilKilled(
	gateway: Launched,
	agents: Client[],
	round: number,
	end: { after: number; thenMs: number },
	answers: Answers,
): Promise<void> {
	const enough = answers.answered.size + end.after;
	let n = 0;
	let dead = false;
	async function caller(agent: Client): Promise<void> {
		while (!dead) {
			const subject = `${n++} of round ${round}`;
			// Some are denied: they have their word on the log as well.
			const to = n % 8 === 0 ? "someone@elsewhere.example" : "jordan@acme.com";
			try {
				const { status, json } = await agent("POST", "/v1/actions/mail.send", { to, subject, body: "…" }, keyOf(subject));
				answers.answered.set(subject, { actId: json.id, status });
			} catch {
				answers.interrupted.add(subject);
				return;
			}
			if (answers.answered.size === enough) setTimeout(kill, end.thenMs);
		}
	}
	function kill(): void {
		dead = true;
		gateway.killEverything();
	}
	await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => caller(agents[i % AGENTS] as Client)));
	await until(() => gateway.ended && !isRunning(gateway.pid), { withinMs: 30_000 });
}

const keyOf = (subject: string) => ({ headers: { "idempotency-key": subject.replaceAll(" ", "-") } });

function allResolved(log: ExportedLog): Promise<AuditRecord[]> {
	const isOpen = (states: string[]) => states.at(-1) === "intent";
	return until(
		async () => {
			const records = await log.fetchOn();
			return [...statesByAct(records).values()].some(isOpen) ? null : records;
		},
		{ withinMs: DUE_MS + LOOKED_AFTER_MS, everyMs: 1_000 },
	);
}

/** @param sent - the subjects that the provider got, each as often as it got it */
function expectTheTruth(records: AuditRecord[], { answered, interrupted }: Answers, sent: string[]) {
	const acts = records.filter((record) => record.kind === "action");
	const states = new Map([...statesByAct(records)].map(([id, all]) => [id, all.join(" ")]));

	// Who was answered, was answered with what is on the log.
	const wanted: Record<number, string> = { 200: "intent executed", 403: "denied" };
	const wrong = [...answered].filter(([, { actId, status }]) => states.get(actId) !== wanted[status]);
	expect(wrong.map(([subject, one]) => ({ subject, ...one, states: states.get(one.actId) }))).toEqual([]);

	// Who was not, finds nothing, a denial, or one intent and a word on what came of it.
	const told = new Set([...answered.values()].map(({ actId }) => actId));
	const others = [...states].filter(([id]) => !told.has(id));
	expect(others.filter(([, own]) => !["intent executed", "intent unknown", "denied"].includes(own))).toEqual([]);
	expect(others.length).toBeLessThanOrEqual(interrupted.size);

	// What the provider got, it got once, and under an intent.
	const intents = acts.filter((record) => record.state === "intent");
	const keys = intents.map((record) => record.idempotency_key);
	expect(new Set(keys).size).toBe(keys.length);
	expect(new Set(sent).size).toBe(sent.length);
	const known = new Set(keys);
	expect(sent.filter((subject) => !known.has(keyOf(subject).headers["idempotency-key"]))).toEqual([]);

	// In time: the process was away for a while, and somebody has to look.
	const begunAt = new Map(intents.map((record) => [record.act_id, Date.parse(record.time)]));
	const unknown = acts.filter((record) => record.state === "unknown");
	const waits = unknown.map((record) => Date.parse(record.time) - (begunAt.get(record.act_id) ?? 0));
	expect(waits.filter((ms) => ms < DUE_MS || ms > DUE_MS + LOOKED_AFTER_MS)).toEqual([]);

	return { answered: answered.size, interrupted: interrupted.size, sent: sent.length, unknown: unknown.length };
}
