/**
 * `node sdk/behaviour/serve.ts`: the real gateway behind the fault proxy, for the tests of every SDK. Prints one line of JSON
 * (`url`, `gateway`, `control`, `admin_key`, `root_key`) once it is ready, and ends when its standard input does. BEHAVIOUR_BUNDLE
 * names a folder with the Worker's bundle, so that it need not be built again. See README.md.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fault, FaultProxy } from "./fault-proxy.ts";
import { ask, startGateway } from "./gateway.ts";

/** What the table's `given` may say. */
interface Given {
	role?: string;
	/** What the agent ran before, past the proxy. */
	before?: { action: string; input: object }[];
	faults?: Fault[];
	/** What a person decides about the first held call, and how long after it was held. */
	decision?: { verdict: "approve" | "deny"; after_ms: number };
}

const gateway = await startGateway(process.env["BEHAVIOUR_BUNDLE"]);
const proxy = new FaultProxy(gateway.url);
const url = await proxy.start();
let deciding: Promise<unknown> = Promise.resolve();

async function begin({ role = "support-agent", before = [], faults = [], decision }: Given): Promise<object> {
	await deciding.catch(() => undefined);
	await proxy.begin(faults);
	const agent = await gateway.makeAgent(role);
	for (const { action, input } of before) await ask(gateway.url, agent.token, "POST", `/v1/actions/${action}`, input);
	gateway.sent.count = 0;
	if (decision !== undefined) {
		deciding = decide(agent.name, decision);
		deciding.catch((error: unknown) => console.error(error));
	}
	return { agent_token: agent.token };
}

interface HeldCall {
	id: string;
	agent: string;
	/** What an approval signs. */
	digest: string;
}

async function decide(agent: string, { verdict, after_ms }: NonNullable<Given["decision"]>): Promise<void> {
	for (let tries = 0; tries < 200; tries++) {
		const { items } = (await gateway.ask("GET", "/v1/reviews")) as { items: HeldCall[] };
		const held = items.find((review) => review.agent === agent);
		if (held !== undefined) {
			await new Promise((resolve) => setTimeout(resolve, after_ms));
			await gateway.ask("POST", `/v1/reviews/${held.id}/${verdict}`, verdict === "approve" ? { digest: held.digest } : {});
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function answer(method: string, body: string): Promise<object> {
	if (method === "POST") return begin(JSON.parse(body) as Given);
	await proxy.settled();
	return { requests: proxy.seen, ran: gateway.sent.count };
}

const control = createServer((request, response) => {
	const parts: Buffer[] = [];
	request.on("data", (part: Buffer) => parts.push(part));
	request.on("end", async () => {
		const say = (status: number, told: object) =>
			response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(told));
		await answer(request.method ?? "", Buffer.concat(parts).toString()).then(
			(told) => say(200, told),
			(error: unknown) => say(500, { error: String(error) }),
		);
	});
});
await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
const { port } = control.address() as AddressInfo;
const keys = { admin_key: gateway.adminKey, root_key: gateway.rootKey };
console.log(JSON.stringify({ url, gateway: gateway.url, control: `http://127.0.0.1:${port}/`, ...keys }));

process.stdin.resume();
process.stdin.on("end", async () => {
	proxy.stop();
	control.close();
	control.closeAllConnections();
	await gateway.stop();
	process.exit(0);
});
