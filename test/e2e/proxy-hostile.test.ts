/** Upstreams that mean ill, or fail in every way, behind the transparent proxy: the agent has a clear answer, the log has the end, the gateway lives on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Proxied, startProxied } from "../support/e2e/upstreams/proxied.ts";

const SECRET = "hostile-upstream-secret-0123456789";
const MEBIBYTE = 1_048_576;
const LARGE = 50 * MEBIBYTE;

let proxied: Proxied;
let url: string;
let asked: string[] = [];
const server = createServer((request, response) => {
	asked.push(request.url ?? "");
	request.resume();
	void answer(request.url ?? "", response);
});

async function answer(path: string, response: ServerResponse): Promise<void> {
	const json = { "content-type": "application/json" };
	switch (path) {
		case "/redirect":
			return void response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
		case "/hang":
			return;
		case "/reset":
			return void response.socket?.destroy();
		case "/half":
			response.writeHead(200, { ...json, "content-length": "1000" }).write('{"a":1,');
			await wait(30);
			return void response.socket?.destroy();
		case "/drip":
			response.writeHead(200, json);
			while (!response.destroyed) {
				response.write(" ");
				await wait(100);
			}
			return;
		case "/invalid":
			return void response.writeHead(200, json).end("{no json");
		case "/flood":
			for (let i = 0; i < 100; i++) response.setHeader(`x-ratelimit-${i}`, "1");
			return void response.writeHead(200, json).end("{}");
		case "/echoes": {
			response.writeHead(200, { "content-type": "text/event-stream" });
			for (const piece of ["data: ", SECRET.slice(0, 9), SECRET.slice(9), "\n\n", `data: ${btoa(SECRET)}\n\n`]) {
				response.write(piece);
				await wait(30);
			}
			return void response.end();
		}
		case "/part":
			return void response.writeHead(200, json).end(JSON.stringify({ a: 1, b: 2, c: [{ d: SECRET, e: 4 }] }));
		case "/part-error":
			return void response.writeHead(404, json).end(JSON.stringify({ error: "what was asked" }));
		case "/silent":
			return void response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
		case "/large": {
			response.writeHead(200, { "content-type": "application/octet-stream" });
			const piece = Buffer.alloc(MEBIBYTE, "x");
			return pipeline(Readable.from(Array.from({ length: LARGE / MEBIBYTE }, () => piece)), response).catch(() => {});
		}
		case "/part-text":
			return void response.writeHead(200, { "content-type": "text/event-stream" }).end("data: a\n\n");
		default:
			return void response.writeHead(200, json).end("{}");
	}
}

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	proxied = await startProxied();
	const paths = ["redirect", "hang", "reset", "half", "drip", "invalid", "flood", "echoes", "silent", "fine"];
	const document = `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: hostile }
http:
  base_url: ${url}
  auth: { header: { name: x-api-key, secret: hostile-key } }
  time_limit: 1s
  breaker: { failures: 1000, open_for: 1s }
  proxy: { enabled: true, token_header: x-api-key }
actions:
${paths.map((path) => `  - { name: hostile.${path}, method: GET, path: /${path} }`).join("\n")}
  - { name: hostile.part, method: GET, path: /part, response: { fields: [a, "c[].d"] } }
  - { name: hostile.part_error, method: GET, path: /part-error, response: { fields: [a] } }
  - { name: hostile.part_text, method: GET, path: /part-text, response: { hide: [a] } }
  - { name: hostile.large, method: GET, path: /large, time_limit: 60s }
  - { name: hostile.head, method: HEAD, path: /fine }
  - { name: hostile.write, method: POST, path: /reset }
`;
	await proxied.connect(document, { name: "hostile-key", value: SECRET });
}, 60_000);
afterAll(async () => {
	await proxied?.gateway.stop();
	server.closeAllConnections();
	server.close();
});

async function call(path: string, method = "GET") {
	const agent = await proxied.agent("hostile");
	asked = [];
	const response = await fetch(`${proxied.base("hostile")}/${path}`, { method, headers: { "x-api-key": agent.token } });
	return { ...agent, response, body: async () => response.text() };
}

describe("what cannot be passed on is 422, sent once, and on the log", () => {
	test.each([
		["redirect", "GET", "failed", "it redirects, which is not followed"],
		["hang", "GET", "unknown", "the call may have run"],
		["reset", "GET", "unknown", "the call may have run"],
		["reset", "POST", "unknown", "the call may have run"],
		["half", "GET", "unknown", "broke off"],
		["drip", "GET", "unknown", "broke off"],
	])("%s (%s)", async (path, method, state, words) => {
		const { name, response, body } = await call(path, method);
		expect(response.status).toBe(422);
		expect(response.headers.get("location")).toBeNull();
		expect(JSON.parse(await body()).error).toMatchObject({ state, message: expect.stringContaining(words) });
		expect(response.headers.get("x-should-retry")).toBe("false");
		expect(asked).toEqual([`/${path}`]);
		expect(await proxied.states(name, 1)).toEqual([`intent ${state}`]);
	});
});

test("what is no JSON comes back as it is", async () => {
	const { response, body } = await call("invalid");
	expect([response.status, await body()]).toEqual([200, "{no json"]);
});

test("HEAD is an action of its own, and has no body", async () => {
	const { name, response, body } = await call("fine", "HEAD");
	expect([response.status, await body(), response.headers.get("x-hivekey-verdict")]).toEqual([200, "", "allow"]);
	const [states, { status }] = [await proxied.states(name, 1), (await call("large", "HEAD")).response];
	expect([states, status]).toEqual([["intent executed"], 403]);
});

test("where the connector shows a part of an answer, no more of it comes back", async () => {
	const part = await call("part");
	expect([part.response.status, JSON.parse(await part.body())]).toEqual([200, { a: 1, c: [{ d: "[secret]" }] }]);
	const error = await call("part-error");
	expect([error.response.status, await error.body()]).toEqual([404, expect.not.stringContaining("what was asked")]);
	const text = await call("part-text");
	expect([text.response.status, await text.body()]).toEqual([422, expect.stringContaining("what is no JSON")]);
});

test("a flood of header fields is cut, and the answer comes back", async () => {
	const { response, body } = await call("flood");
	expect([response.status, await body()]).toEqual([200, "{}"]);
	expect([...response.headers.keys()].filter((name) => name.startsWith("x-ratelimit-")).length).toBe(63);
});

test("a secret that comes back in pieces, or in another dress, does not reach the agent", async () => {
	const { name, response, body } = await call("echoes");
	expect(response.headers.get("x-hivekey-state")).toBe("running");
	expect(await body()).toBe("data: [secret]\n\ndata: [secret]==\n\n");
	expect(await proxied.states(name, 1)).toEqual(["intent started closed"]);
});

test("a stream that falls silent is broken off, and its end is on the log", async () => {
	const { name, response, body } = await call("silent");
	expect(response.status).toBe(200);
	await expect(body()).rejects.toThrow();
	expect(await proxied.states(name, 1)).toEqual(["intent started aborted"]);
});

/** The processes that the gateway runs in. */
function workers(): string[] {
	const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
	const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
	const found = rows.filter(([, parent, command]) => parent === String(process.pid) && command?.includes("workerd"));
	if (found.length === 0) throw new Error("no worker of this process is there");
	return found.map(([pid = ""]) => pid);
}

/** What the largest of them holds in memory, in bytes. */
function resident(pids: string[]): number {
	const sizes = pids.map((pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024);
	return Math.max(...sizes);
}

test("50 MB are passed on in flat memory", async () => {
	await (await call("large")).body();
	const pids = workers();
	const before = resident(pids);
	const { name, response } = await call("large");
	let bytes = 0;
	let most = 0;
	let next = 0;
	for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
		bytes += piece.length;
		if (bytes < next) continue;
		most = Math.max(most, resident(pids));
		next += 5 * MEBIBYTE;
	}
	expect(bytes).toBe(LARGE);
	expect(most - before).toBeLessThan(LARGE / 2);
	expect(await proxied.states(name, 1)).toEqual(["intent started closed"]);
});

test("after all of it the gateway serves", async () => {
	const { response, body } = await call("fine");
	expect([response.status, await body()]).toEqual([200, "{}"]);
	expect(proxied.gateway.lines.join("\n")).not.toContain(SECRET);
});
