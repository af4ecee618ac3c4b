/** A token is ours or it is nothing: forged ones touch no object, and nobody learns why one is refused. */
import { createExecutionContext, listDurableObjectIds, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { BASE62 } from "../../src/contract/ids.ts";
import { governAction } from "../../src/gateway/govern-action.ts";
import { crc32Base62 } from "../../src/keys/crc32.ts";
import { createTokenAuthority } from "../../src/keys/token-authority.ts";
import { mailRole } from "../support/roles.ts";
import {
	answered,
	applySchema,
	newWorkspace,
	ORIGIN,
	type Sent,
	send,
	type TestAgent,
	type TestWorkspace,
	tokens,
} from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks } from "../support/worker/hooks.ts";
import { expectProblem, PRIVATE_TEXT, timeless } from "../support/worker/problems.ts";

let workspace: TestWorkspace;
let agent: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});
afterEach(clearHooks);

/** Governs a call with nothing behind the tokens, and says which ledgers were asked. */
async function governed(token: string | null): Promise<{ kind: string; asked: string[] }> {
	const asked: string[] = [];
	const ports = {
		tokens,
		ids: { make: (prefix: string) => `${prefix}_x` },
		ledgers: {
			of: (_workspace: string, agentId: string) => {
				asked.push(agentId);
				return { identify: async () => null };
			},
		},
		bindings: { get: () => undefined, set: () => {} },
	};
	const { kind } = await governAction(ports as never, {
		token,
		asks: () => ({ action: "mail.send", read: () => ({ ok: true, value: {} }) }),
		carryOut: () => Promise.reject(new Error("it was carried out")),
		body: () => Promise.reject(new Error("the body was read")),
		idempotencyKey: null,
		requestId: "req_1",
		sourceIp: undefined,
		country: () => undefined,
	});
	return { kind, asked };
}

describe("a token of ours", () => {
	test("is made of its prefix and 105 base62 characters, never twice the same", () => {
		const made = Array.from({ length: 50 }, () => tokens.mintAgentToken(workspace.id, agent.id).token);
		for (const token of made) expect(token).toMatch(/^hk_agt_[0-9A-Za-z]{105}$/);
		expect(new Set(made).size).toBe(50);
	});

	test("names its agent, and asks that agent's ledger alone", async () => {
		expect(tokens.readAgentToken(agent.token)).toMatchObject({ workspaceId: workspace.id, agentId: agent.id });
		expect(await governed(agent.token)).toEqual({ kind: "unauthenticated", asked: [agent.id] });
	});
});

describe("a forged token", () => {
	test("with any one character changed is refused without touching a ledger", async () => {
		for (let at = 0; at < agent.token.length; at++) {
			const others = [...BASE62].filter((character) => character !== agent.token[at]);
			const changed = (character: string) => agent.token.slice(0, at) + character + agent.token.slice(at + 1);
			for (const character of others) expect(tokens.readAgentToken(changed(character))).toBeNull();
			expect(await governed(changed(others[at % others.length] as string))).toEqual({ kind: "unauthenticated", asked: [] });
		}
	});

	test("with a character left out, doubled, swapped or of another alphabet is refused", () => {
		const { token } = agent;
		const forged = [...token].flatMap((character, at) => {
			const [before, after] = [token.slice(0, at), token.slice(at + 1)];
			const next = after[0];
			return [
				before + after,
				before + character + character + after,
				...(next === undefined || next === character ? [] : [before + next + character + after.slice(1)]),
				`${before}é${after}`,
				`${before}-${after}`,
				`${before}\u0000${after}`,
			];
		});
		expect(forged.filter((text) => tokens.readAgentToken(text) !== null)).toEqual([]);
	});

	test("whose checksum was made to fit is refused by its tag, at every place", async () => {
		const end = agent.token.length - 6;
		for (let at = 7; at < end; at++) {
			const character = agent.token[at] === "0" ? "1" : "0";
			const body = agent.token.slice(0, at) + character + agent.token.slice(at + 1, end);
			expect(await governed(body + crc32Base62(body))).toEqual({ kind: "unauthenticated", asked: [] });
		}
	});

	test("made under another secret, or for the other kind of caller, is refused", async () => {
		const other = createTokenAuthority("another-secret-of-at-least-32-characters", env.HIVEKEY_ROOT_KEY);
		const forged = [
			other.mintAgentToken(workspace.id, agent.id).token,
			workspace.key,
			agent.token.replace("hk_agt_", "hk_live_"),
			workspace.key.replace("hk_live_", "hk_agt_"),
			env.HIVEKEY_ROOT_KEY,
			"",
		];
		for (const token of forged) expect(await governed(token)).toEqual({ kind: "unauthenticated", asked: [] });
		expect(tokens.readAdminKey(agent.token)).toBeNull();
	});

	test("makes no object: 100 of them leave as many ledgers as there were", async () => {
		const before = (await listDurableObjectIds(env.AGENT_LEDGER)).length;
		for (let i = 0; i < 100; i++) {
			const body = `hk_agt_${String(i).padStart(99, "A")}`;
			expect((await send("POST", "/v1/actions/mail.send", { token: body + crc32Base62(body), body: {} })).status).toBe(401);
		}
		expect((await listDurableObjectIds(env.AGENT_LEDGER)).length).toBe(before);
	});
});

/** Tokens that no ledger accepts, each refused for another reason. */
async function refusedTokens(): Promise<Record<string, string | undefined>> {
	const other = await newWorkspace();
	await workspace.createAgent(`gone-${other.id.slice(-6).toLowerCase()}`, "support-agent").then((gone) => {
		revoked = gone;
	});
	await workspace.admin("DELETE", `/v1/agents/${revoked.name}`);
	return {
		none: undefined,
		garbage: "hk_agt_nothing",
		"another token for the same agent": tokens.mintAgentToken(workspace.id, agent.id).token,
		"an agent that never was": tokens.mintAgentToken(workspace.id, "agt_0000000000000000000000").token,
		"an agent under another workspace": tokens.mintAgentToken(other.id, agent.id).token,
		revoked: revoked.token,
		"an admin key": workspace.key,
		"the root key": env.HIVEKEY_ROOT_KEY,
	};
}
let revoked: TestAgent;

const REQUESTS: Record<string, [method: string, path: string, sent: Sent]> = {
	"a good call": ["POST", "/v1/actions/mail.send", { body: { to: "a@acme.com", subject: "x", body: PRIVATE_TEXT } }],
	"malformed JSON": ["POST", "/v1/actions/mail.send", { raw: "{", headers: { "content-type": "application/json" } }],
	"another content type": [
		"POST",
		"/v1/actions/mail.send",
		{ raw: "to=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
	],
	"no content type": ["POST", "/v1/actions/mail.send", {}],
	"a body of 2 MB": [
		"POST",
		"/v1/actions/mail.send",
		{ raw: "x".repeat(2_000_000), headers: { "content-type": "application/json" } },
	],
	"an unknown action": ["POST", "/v1/actions/no.such", { body: {} }],
	"no action's name": ["POST", "/v1/actions/%00", { body: {} }],
	"a bad idempotency key": ["POST", "/v1/actions/mail.send", { body: {}, headers: { "idempotency-key": "two words" } }],
	"the list of actions": ["GET", "/v1/actions?limit=nonsense&cursor=x", {}],
	"a call": ["GET", "/v1/calls/act_0000000000000000000000", {}],
	"no call's id": ["GET", "/v1/calls/nonsense?wait=nonsense", {}],
};

describe("until the ledger has accepted the token", () => {
	test("every request is answered 401 and the same, whatever is wrong with it and with the token", async () => {
		const answers = new Map<string, string[]>();
		for (const [why, token] of Object.entries(await refusedTokens())) {
			for (const [what, [method, path, sent]] of Object.entries(REQUESTS)) {
				const answered = await send(method, path, { ...sent, token });
				if (answered.status === 401) expectProblem(answered, 401, "unauthenticated");
				const key = JSON.stringify(timeless(answered));
				answers.set(key, [...(answers.get(key) ?? []), `${what}, token: ${why}`]);
			}
		}
		expect([...answers.values()].map((cases) => cases.length)).toEqual([8 * 11]);
	});

	test("a ledger that cannot tell is answered 503, whatever else is wrong with the request", async () => {
		ledgerHooks.bindAgent = async () => {
			throw new Error("D1_ERROR: gone for a moment");
		};
		const fresh = await workspace.createAgent("never-seen", "support-agent");
		for (const [method, path, sent] of Object.values(REQUESTS)) {
			expectProblem(await send(method, path, { ...sent, token: fresh.token }), 503, "unavailable");
		}
	});
});

describe("the Authorization field", () => {
	const withHeader = (authorization: string) => send("GET", "/v1/actions", { headers: { authorization } });

	test.each(["bearer", "BEARER", "Bearer  "])("takes the scheme in any case and with any spaces: %s", async (scheme) => {
		expect((await withHeader(`${scheme} ${agent.token}`)).status).toBe(200);
	});

	test("takes one bearer token and nothing else", async () => {
		const { token } = agent;
		const wrong = [
			token,
			`Basic ${token}`,
			`Bearer ${token} ${token}`,
			`Bearer ${token}, Bearer ${token}`,
			`Bearer "${token}"`,
			"Bearer",
			`Token ${token}`,
		];
		for (const header of wrong) expect((await withHeader(header)).status).toBe(401);
	});

	test("is the only place that a token is taken from", async () => {
		const elsewhere = await send("GET", `/v1/actions?access_token=${agent.token}&token=${agent.token}`, {
			headers: { "x-api-key": agent.token, cookie: `token=${agent.token}` },
		});
		expectProblem(elsewhere, 401, "unauthenticated");
	});
});

describe("an admin key", () => {
	test("that is forged, unknown or another workspace's is refused the same", async () => {
		const other = await newWorkspace();
		const whoami = (await workspace.admin("GET", "/v1/whoami")).json;
		const keys = [
			undefined,
			"hk_live_x",
			agent.token,
			env.HIVEKEY_ROOT_KEY,
			tokens.mintAdminKey(workspace.id, "key_0000000000000000000000").token,
			tokens.mintAdminKey(workspace.id, whoami.key.id).token,
			tokens.mintAdminKey(other.id, whoami.key.id).token,
		];
		const answers = new Set<string>();
		for (const token of keys) {
			const answered = await send("GET", "/v1/whoami", { token });
			expectProblem(answered, 401, "unauthenticated");
			answers.add(JSON.stringify(timeless(answered)));
		}
		expect(answers.size).toBe(1);
	});

	test("rests in the database as a digest alone, as do tokens", async () => {
		const dump = JSON.stringify([
			(await env.DB.prepare("SELECT * FROM admin_keys").all()).results,
			(await env.DB.prepare("SELECT * FROM agent_tokens").all()).results,
			(await env.DB.prepare("SELECT * FROM audit_log").all()).results,
			(await env.DB.prepare("SELECT * FROM admin_acts").all()).results,
		]);
		expect(dump).toContain(agent.id);
		expect(dump).not.toMatch(/hk_(live|agt)_/);
		expect(dump).not.toContain(workspace.key.slice(-40));
		expect(dump).not.toContain(agent.token.slice(-40));
	});
});

describe("while the token key is rotated", () => {
	const OLD = env.HIVEKEY_TOKEN_KEY;
	const NEW = "the-next-token-key-0123456789abcdef-new";
	const under = (keys: string) => {
		const { server } = createApp({ ...env, HIVEKEY_TOKEN_KEY: keys });
		return async (method: string, path: string, token: string, body?: unknown) => {
			const context = createExecutionContext();
			const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
			const text = body === undefined ? null : JSON.stringify(body);
			const answer = await answered(
				await server.fetch(new Request(new URL(path, ORIGIN), { method, headers, body: text }), env, context),
			);
			await waitOnExecutionContext(context);
			return answer;
		};
	};
	const both = under(`${NEW},${OLD}`);
	const onlyNew = under(NEW);

	test("old tokens and keys are taken beside new ones until the old key goes, and no call fails on the way", async () => {
		const rotated = await workspace.createAgent("rotated-bot", "support-agent");
		const call = (asked: typeof both, token: string) =>
			asked("POST", "/v1/actions/mail.send", token, { to: "jordan@acme.com", subject: "Hi", body: "x" });
		expect((await call(under(OLD), rotated.token)).status).toBe(200);
		expect((await call(both, rotated.token)).status).toBe(200);

		const fresh = await both("POST", "/v1/agents/rotated-bot/tokens", workspace.key, { overlap_seconds: 3_600 });
		const key = await both("POST", "/v1/keys", workspace.key, { owner: "ann@acme.com", scopes: ["admin"] });
		expect([fresh.status, key.status]).toEqual([201, 201]);
		for (const token of [rotated.token, fresh.json.token]) expect((await call(both, token)).status).toBe(200);
		for (const admin of [workspace.key, key.json.key]) expect((await both("GET", "/v1/agents", admin)).status).toBe(200);

		expect((await call(onlyNew, fresh.json.token)).status).toBe(200);
		expect((await onlyNew("GET", "/v1/agents", key.json.key)).status).toBe(200);
		expect((await call(onlyNew, rotated.token)).status).toBe(401);
		expect((await onlyNew("GET", "/v1/agents", workspace.key)).status).toBe(401);
	});

	test("a tag under one key is no tag under another, in whatever order they stand", () => {
		const made = createTokenAuthority(NEW, env.HIVEKEY_ROOT_KEY).mintAgentToken(workspace.id, agent.id).token;
		expect(createTokenAuthority(OLD, env.HIVEKEY_ROOT_KEY).readAgentToken(made)).toBeNull();
		expect(createTokenAuthority(`${OLD},${NEW}`, env.HIVEKEY_ROOT_KEY).readAgentToken(made)).not.toBeNull();
		const inOld = createTokenAuthority(`${OLD},${NEW}`, env.HIVEKEY_ROOT_KEY).mintAgentToken(workspace.id, agent.id).token;
		expect(tokens.readAgentToken(inOld)).not.toBeNull();
	});

	test("a key that is too short, or none between two commas, is no configuration", () => {
		for (const keys of [`${NEW},short`, `${NEW},`, `,${NEW}`, `${NEW},,${OLD}`])
			expect(() => createApp({ ...env, HIVEKEY_TOKEN_KEY: keys })).toThrow("HIVEKEY_TOKEN_KEY");
	});
});
