/** The load: so many keep-alive connections, each sending its next request when the answer to the last one is there and checked. */
import { Agent, request } from "node:http";
import { quantile } from "./statistics.ts";

/** A request, and the answer that it must get. */
export interface Shot {
	path: string;
	headers: Record<string, string>;
	body: string;
	wanted: { status: number; verdict: "allow" | "deny" };
}

export interface Round {
	/** Answers, all of them the wanted ones. */
	answered: number;
	perSecond: number;
	p50Ms: number;
	p99Ms: number;
	/** The id in each answer. */
	ids: string[];
}

export interface Client {
	/** Sends one request. @returns the id in the answer; @throws if it is not the wanted answer */
	send(shot: Shot): Promise<string>;
	close(): void;
}

/** Longer than any action may take. */
const ANSWER_LIMIT_MS = 30_000;

export function openClient(url: string, connections: number): Client {
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	const { hostname, port } = new URL(url);
	return {
		send: (shot) =>
			new Promise((resolve, reject) => {
				const headers = {
					...shot.headers,
					"content-type": "application/json",
					"content-length": String(Buffer.byteLength(shot.body)),
				};
				const sent = request({ agent, hostname, port, method: "POST", path: shot.path, headers }, (answer) => {
					const chunks: Buffer[] = [];
					answer.on("data", (chunk: Buffer) => chunks.push(chunk));
					answer.on("error", reject);
					answer.on("end", () => {
						try {
							resolve(checkedId(shot, answer.statusCode ?? 0, Buffer.concat(chunks).toString()));
						} catch (error) {
							reject(error);
						}
					});
				});
				sent.on("error", reject);
				sent.setTimeout(ANSWER_LIMIT_MS, () => sent.destroy(new Error(`POST ${shot.path}: no answer`)));
				sent.end(shot.body);
			}),
		close: () => agent.destroy(),
	};
}

function checkedId(shot: Shot, status: number, text: string): string {
	const { wanted } = shot;
	if (status === wanted.status) {
		const body = JSON.parse(text) as { id?: unknown; verdict?: unknown };
		if (body.verdict === wanted.verdict && typeof body.id === "string") return body.id;
	}
	throw new Error(`POST ${shot.path}: wanted ${wanted.status} ${wanted.verdict}, got ${status} ${text.slice(0, 300)}`);
}

/** Sends the shots in turn, over and over, for so long. A single wrong answer ends it. */
export async function runRound(client: Client, shots: Shot[], connections: number, seconds: number): Promise<Round> {
	const ids: string[] = [];
	const latencies: number[] = [];
	const startedAt = performance.now();
	const endAt = startedAt + seconds * 1000;
	let next = 0;
	async function connection(): Promise<void> {
		for (let sentAt = performance.now(); sentAt < endAt; ) {
			ids.push(await client.send(shots[next++ % shots.length] as Shot));
			const answeredAt = performance.now();
			latencies.push(answeredAt - sentAt);
			sentAt = answeredAt;
		}
	}
	await Promise.all(Array.from({ length: connections }, connection));
	return {
		answered: ids.length,
		perSecond: (ids.length * 1000) / (performance.now() - startedAt),
		p50Ms: quantile(latencies, 0.5),
		p99Ms: quantile(latencies, 0.99),
		ids,
	};
}
