/**
 * What an action costs in calls to bindings. What it *waits* for is found out by holding back all that ledgers and log ask of
 * others: an action that is answered all the same waited for nothing but what the Worker itself called.
 */
import type { Hivekey } from "../hivekey/run-hivekey.ts";
import { openClient, type Shot } from "../load.ts";
import type { CallKind } from "../side.ts";
import { WARM_CALLS } from "../thresholds.ts";

export type Calls = Record<string, number>;

export interface CallCount {
	/** The first action ever of an agent, with all that it made others call until it was answered. */
	first: Calls;
	/** One warm action, while ledgers and log can reach nothing. */
	warm: Record<CallKind, Calls>;
	/** What ledgers and log call for so many allowed actions, sent over several connections. */
	outbox: { actions: number; calls: Calls };
	/** What is wrong, nothing if all is well. */
	faults: string[];
}

const HELD_ACTIONS = 10;

export async function countCalls(gateway: Hivekey, actions: number, connections: number): Promise<CallCount> {
	const client = openClient(gateway.url, connections);
	const control = async (what: "take" | "hold" | "release") => fetch(`${gateway.url}/bench/${what}`);
	const take = async () => (await control("take")).json() as Promise<Calls>;
	const faults: string[] = [];

	async function send(shots: Shot[], kind: CallKind): Promise<void> {
		await Promise.all(shots.map((shot) => client.send(shot)));
		gateway.log.expect(shots.length * (kind === "allowed" ? 2 : 1));
	}
	async function whileHeld(kind: CallKind): Promise<Calls> {
		await control("hold");
		await take();
		for (let n = 0; n < HELD_ACTIONS; n++) await send([gateway.shots[kind][0] as Shot], kind);
		const calls = perAction(await take(), HELD_ACTIONS);
		await control("release");
		await gateway.settle();
		return calls;
	}

	try {
		await take();
		await send([gateway.shots.allowed[0] as Shot], "allowed");
		const first = await take();
		await send(gateway.shots.allowed, "allowed");
		await gateway.settle();

		const warm = { allowed: await whileHeld("allowed"), refused: await whileHeld("refused") };
		for (const kind of ["allowed", "refused"] as const) faults.push(...wrongCalls(kind, warm[kind]));

		await take();
		for (let sent = 0; sent < actions; sent += connections) {
			const width = Math.min(connections, actions - sent);
			await send(
				Array.from({ length: width }, (_, n) => gateway.shots.allowed[(sent + n) % gateway.shots.allowed.length] as Shot),
				"allowed",
			);
		}
		await gateway.settle();
		const all = Object.entries(await take());
		faults.push(...wrongCalls("allowed", perAction(Object.fromEntries(all), actions)));
		return { first, warm, outbox: { actions, calls: Object.fromEntries(all.filter(([name]) => !isWorkers(name))) }, faults };
	} finally {
		client.close();
	}
}

/** The Worker's own calls must be just these. */
function wrongCalls(kind: CallKind, calls: Calls): string[] {
	const wanted = WARM_CALLS[kind];
	const names = new Set([...Object.keys(wanted), ...Object.keys(calls).filter(isWorkers)]);
	return [...names]
		.filter((name) => (calls[name] ?? 0) !== (wanted[name] ?? 0))
		.map((name) => `a warm ${kind} action makes ${calls[name] ?? 0} calls of ${name}, wanted ${wanted[name] ?? 0}`);
}

function perAction(calls: Calls, actions: number): Calls {
	return Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count / actions]));
}

function isWorkers(name: string): boolean {
	return name.startsWith("worker ");
}
