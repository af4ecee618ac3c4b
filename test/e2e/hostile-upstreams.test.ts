/** Upstreams that redirect, hang, drip, break off, flood and lie: what the agent is told, and that the gateway goes on. */

import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, clientOf, logOnce, newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { type Heard, json, startUpstream, type Upstream } from "../support/e2e/upstream.ts";
import { until } from "../support/until.ts";

let gateway: LocalGateway;
let upstream: Upstream;
/** Speaks what it likes in the place of HTTP. */
let raw: Server;
let admin: Client;
let call: Client;
let flaky = 0;
let tokens = 0;

const MEGABYTE = Buffer.alloc(1_048_576, "x");

beforeAll(async () => {
	upstream = await startUpstream((heard, response) => {
		const { url } = heard;
		if (url.startsWith("/redirect")) response.writeHead(302, { location: `http://169.254.169.254/latest${url}` }).end();
		else if (url.startsWith("/redirect-here")) response.writeHead(307, { location: "/fine" }).end();
		else if (url.startsWith("/hang")) return;
		else if (url.startsWith("/drip")) {
			response.writeHead(200, { "content-type": "text/plain" });
			const drop = setInterval(() => response.write("."), 50);
			response.on("close", () => clearInterval(drop));
		} else if (url.startsWith("/huge")) {
			response.writeHead(200, { "content-type": "application/json" });
			let left = 50;
			const more = () => {
				while (left > 0 && !response.destroyed) {
					left--;
					if (!response.write(MEGABYTE)) {
						response.once("drain", more);
						return;
					}
				}
				response.end();
			};
			more();
		} else if (url.startsWith("/lies")) response.writeHead(200, { "content-type": "application/json" }).end('{"a": ');
		else if (url.startsWith("/deep"))
			response.writeHead(200, { "content-type": "application/json" }).end("[".repeat(100_000) + "]".repeat(100_000));
		else if (url.startsWith("/proto"))
			response.writeHead(200, { "content-type": "application/json" }).end('{"__proto__": {"admin": true}, "a": 1}');
		else if (url.startsWith("/bytes"))
			response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([137, 80, 255, 0]));
		else if (url.startsWith("/nothing")) response.writeHead(204).end();
		else if (url.startsWith("/flaky")) json(response, ++flaky % 3 === 0 ? 200 : 503, { tries: flaky });
		else if (url.startsWith("/gateway-timeout")) json(response, 504, {});
		else if (url.startsWith("/down")) json(response, 500, {});
		else if (url.startsWith("/token"))
			json(response, 200, { access_token: `token-${++tokens}`, token_type: "Bearer", expires_in: 3_600 });
		else if (url.startsWith("/guarded"))
			json(response, heard.headers.authorization === `Bearer token-${tokens}` && tokens !== 2 ? 200 : 401, {
				as: heard.headers.authorization,
			});
		else json(response, 200, {});
	});
	raw = createServer((socket) => {
		socket.on("error", () => {});
		socket.once("data", (data) => {
			const path = data.toString().split(" ")[1] ?? "";
			if (path.startsWith("/reset")) socket.resetAndDestroy();
			else if (path.startsWith("/half"))
				socket.end("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
			else if (path.startsWith("/flood"))
				socket.end(
					`HTTP/1.1 200 OK\r\n${Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${"y".repeat(100)}\r\n`).join("")}\r\n{}`,
				);
			else socket.end("no HTTP at all\r\n\r\n");
		});
	});
	await new Promise<void>((ready) => raw.listen(0, "127.0.0.1", ready));
	gateway = await startLocalGateway();
	admin = clientOf(gateway.url, gateway.adminKey);
	const rawUrl = `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
	await admin("PUT", "/v1/secrets/client", { value: "client-secret" });
	await applied(
		connector("up", upstream.url, [
			"redirect",
			"redirect-here",
			"hang",
			"drip",
			"huge",
			"lies",
			"deep",
			"proto",
			"bytes",
			"nothing",
			"flaky",
			"gateway-timeout",
		]),
	);
	await applied(connector("raw", rawUrl, ["reset", "half", "flood", "garbage"]));
	await applied(connector("gone", "http://127.0.0.1:1", ["x"]));
	await applied(
		connector(
			"own",
			upstream.url,
			["guarded"],
			`  auth: { oauth2: { token_url: "${upstream.url}/token", client_id: "me:too", secret: client, scopes: [a, b] } }\n`,
		),
	);
	const role = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: all }\nscope: { allow: ["up.**", "raw.**", "gone.**", "own.**"] }\n`;
	({ call } = await newAgent(gateway.url, gateway.adminKey, "bot", role));
}, 60_000);
beforeEach(() => void upstream.heard.splice(0));
afterAll(async () => {
	await gateway.stop();
	await upstream.stop();
	await new Promise((closed) => raw.close(closed));
});

async function applied(document: string): Promise<void> {
	const name = /name: (\w+)/.exec(document)?.[1];
	const answer = await admin("PUT", `/v1/connectors/${name}`, document);
	if (answer.status !== 200) throw new Error(answer.text);
}

/** Actions `NAME.PATH.get` and `NAME.PATH.post`, without a breaker that would open. */
function connector(name: string, url: string, paths: string[], http = ""): string {
	const action = (path: string, method: string) =>
		`  - { name: ${name}.${path}.${method.toLowerCase()}, method: ${method}, path: /${path}, body: false, time_limit: 2s, response: { max_bytes: 1000000 }${method === "GET" ? ", retries: 2" : ""} }\n`;
	return `apiVersion: policy.hivekey.ai/v1\nkind: Connector\nmetadata: { name: ${name} }\nhttp:\n  base_url: ${url}\n  breaker: { failures: 1000, open_for: 5s }\n${http}actions:\n${paths.map((path) => action(path, "GET") + action(path, "POST")).join("")}`;
}

const run = async (action: string) => {
	const { status, json: body, headers } = await call("POST", `/v1/actions/${action}`, {});
	return {
		status,
		state: body.state ?? "executed",
		code: body.error?.code,
		upstream: body.error?.upstream_status,
		id: body.id as string,
		body,
		headers,
	};
};

describe("what a call is answered", () => {
	test.each<[string, string, number, string, string | undefined, number | null | undefined]>([
		["a redirect to a metadata address", "up.redirect.get", 502, "failed", "upstream_failed", 302],
		["a redirect of a POST", "up.redirect-here.post", 502, "failed", "upstream_failed", 302],
		["a hang", "up.hang.post", 504, "unknown", "upstream_unknown", null],
		["a drip", "up.drip.post", 504, "unknown", "upstream_unknown", 200],
		["50 MB that are read", "up.huge.get", 502, "failed", "upstream_failed", 200],
		["JSON that is none, read", "up.lies.get", 502, "failed", "upstream_failed", 200],
		["JSON a hundred thousand deep", "up.deep.get", 502, "failed", "upstream_failed", 200],
		["a 504 of a server in between, of a POST", "up.gateway-timeout.post", 504, "unknown", "upstream_unknown", 504],
		["a 504 of a server in between, of a GET", "up.gateway-timeout.get", 502, "failed", "upstream_failed", 504],
		["a reset", "raw.reset.post", 504, "unknown", "upstream_unknown", null],
		["an answer that breaks off", "raw.half.post", 504, "unknown", "upstream_unknown", 200],
		["no HTTP at all", "raw.garbage.post", 504, "unknown", "upstream_unknown", null],
	])("%s", async (_name, action, status, state, code, upstreamStatus) => {
		const ran = await run(action);
		expect([ran.status, ran.state, ran.code, ran.upstream]).toEqual([status, state, code, upstreamStatus]);
		expect(ran.id).toMatch(/^act_/);
		expect(ran.headers.has("retry-after")).toBe(false);
	});

	test("headers without end are an outcome like any other", async () => {
		const ran = await run("raw.flood.post");
		expect([200, 502, 504]).toContain(ran.status);
		expect(ran.id).toMatch(/^act_/);
	});

	test("what cannot be shown of a call that ran is left out, and said: it ran", async () => {
		for (const action of ["up.huge.post", "up.lies.post", "up.deep.post"]) {
			const { status, body } = await run(action);
			expect([status, body.verdict]).toEqual([200, "allow"]);
			expect(body.result.omitted).toContain("the call ran, its answer is not shown");
		}
	});

	test("whether a connection was refused or cut, nobody says: what may have run is never called not run, a read neither", async () => {
		for (const action of ["gone.x.get", "gone.x.post"]) {
			const ran = await run(action);
			expect([ran.status, ran.state, ran.code, ran.headers.get("retry-after")], action).toEqual([
				504,
				"unknown",
				"upstream_unknown",
				null,
			]);
		}
	});

	test("bytes, nothing, and a key that looks like a prototype come through as they are", async () => {
		expect((await run("up.bytes.get")).body.result).toEqual({ content_type: "image/png", base64: "iVD/AA==" });
		expect((await run("up.nothing.get")).body.result).toBeNull();
		const proto = await call("POST", "/v1/actions/up.proto.get", {});
		expect(proto.text).toContain('"result":{"__proto__":{"admin":true},"a":1}');
	});
});

test("nothing went to where a redirect pointed, and the log has the outcome of every call", async () => {
	await run("up.redirect.get");
	expect(upstream.heard.map(({ url }) => url)).toEqual(["/redirect"]);
	const { id } = await run("up.hang.get");
	const records = await logOnce(gateway.url, gateway.adminKey, (all) =>
		all.some((record) => record.act_id === id && record.state === "unknown"),
	);
	const open = records.filter(
		(record) => record.state === "intent" && !records.some((other) => other.act_id === record.act_id && other.state !== "intent"),
	);
	expect(open.map(({ action }) => action)).toEqual([]);
});

test("an idempotent call is sent again where a server was not ready; a POST never", async () => {
	flaky = 0;
	expect((await run("up.flaky.get")).body.result).toEqual({ tries: 3 });
	flaky = 0;
	expect(await run("up.flaky.post")).toMatchObject({ status: 502, upstream: 503 });
	expect(upstream.heard.map(({ method }) => method)).toEqual(["GET", "GET", "GET", "POST"]);
});

test("an OAuth token is got once, kept, and got anew when the upstream takes it no more", async () => {
	const asked = () => upstream.heard.filter((heard: Heard) => heard.url === "/token");
	const first = await run("own.guarded.get");
	expect(first.body.result).toEqual({ as: "Bearer [secret]" });
	await run("own.guarded.get");
	expect(asked().length).toBe(1);
	expect(asked()[0]).toMatchObject({ method: "POST", body: "grant_type=client_credentials&scope=a+b" });
	expect(Buffer.from(String(asked()[0]?.headers.authorization).slice(6), "base64").toString()).toBe("me%3Atoo:client-secret");
	// The upstream goes on to another token by itself: the one that is kept is refused, and a new one is got.
	tokens = 2;
	expect((await run("own.guarded.post")).body.result).toEqual({ as: "Bearer [secret]" });
	expect(asked().length).toBe(2);
});

describe("a connector that is overrun or whose upstream is broken", () => {
	test("lets no more calls in than may run at once; the others did not run", async () => {
		await applied(connector("few", upstream.url, ["hang"]).replace("http:\n", "http:\n  concurrency: 2\n"));
		const role = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: few }\nscope: { allow: ["few.**"] }\n`;
		const { call: callFew } = await newAgent(gateway.url, gateway.adminKey, "few-bot", role);
		const answers = await Promise.all([1, 2, 3, 4].map(() => callFew("POST", "/v1/actions/few.hang.post", {})));
		expect(answers.map(({ status }) => status).sort()).toEqual([503, 503, 504, 504]);
		const busy = answers.find(({ status }) => status === 503);
		expect([busy?.json.error.code, busy?.json.id, busy?.headers.get("retry-after")]).toEqual([
			"connector_busy",
			expect.stringMatching(/^act_/),
			"5",
		]);
		expect(upstream.heard.length).toBe(2);
	});

	test("is left alone after so many failures, and tried by one call when the time is over", async () => {
		let well = false;
		const sick = await startUpstream((_heard, response) => json(response, well ? 200 : 500, {}));
		await applied(connector("sick", sick.url, ["x"]).replace("failures: 1000, open_for: 5s", "failures: 3, open_for: 2s"));
		const role = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: sick }\nscope: { allow: ["sick.**"] }\n`;
		const { call: callSick } = await newAgent(gateway.url, gateway.adminKey, "sick-bot", role);
		const ask = async () => (await callSick("POST", "/v1/actions/sick.x.post", {})).json.error?.code ?? "served";
		expect([await ask(), await ask(), await ask()]).toEqual(["upstream_failed", "upstream_failed", "upstream_failed"]);
		expect(await ask()).toBe("connector_paused");
		expect(sick.heard.length).toBe(3);
		well = true;
		await until(async () => ((await ask()) === "served" ? true : null), { withinMs: 10_000, everyMs: 200 });
		expect(await ask()).toBe("served");
		await sick.stop();
	});
});
