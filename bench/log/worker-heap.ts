/** The heap of a Worker in workerd, as its inspector tells it. */
import { once } from "node:events";
import { createServer } from "node:net";

export interface WatchedHeap {
	/** The least that was in use since the last time, in bytes: what was left when garbage had just been collected. */
	lowest(): number;
	stop(): void;
}

const EVERY_MS = 50;

/** @see https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#method-getHeapUsage */
export async function watchHeap(inspectorPort: number): Promise<WatchedHeap> {
	const listed = await fetch(`http://127.0.0.1:${inspectorPort}/json`);
	const targets = (await listed.json()) as { id: string; webSocketDebuggerUrl: string }[];
	const target = targets.find(({ id }) => id.includes("hivekey"));
	if (target === undefined) throw new Error("the inspector does not know the Worker");
	const socket = new WebSocket(target.webSocketDebuggerUrl);
	await once(socket, "open");
	let lowest = Number.POSITIVE_INFINITY;
	socket.addEventListener("message", ({ data }) => {
		const { result } = JSON.parse(String(data)) as { result?: { usedSize?: number } };
		lowest = Math.min(lowest, result?.usedSize ?? lowest);
	});
	let id = 0;
	const timer = setInterval(() => socket.send(JSON.stringify({ id: ++id, method: "Runtime.getHeapUsage" })), EVERY_MS);
	return {
		lowest() {
			const least = lowest;
			lowest = Number.POSITIVE_INFINITY;
			return least;
		},
		stop() {
			clearInterval(timer);
			socket.close();
		},
	};
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	return typeof address === "object" && address !== null ? address.port : 0;
}
