/** Every endpoint against every kind of credential: the contract says who passes, and nobody else does. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyScope } from "../../src/contract/admin.ts";
import type { Access } from "../../src/http/endpoint.ts";
import { endpoints } from "../../src/http/routes/index.ts";
import { crc32Base62 } from "../../src/keys/crc32.ts";
import { createTokenAuthority } from "../../src/keys/token-authority.ts";
import { faultsOf } from "./conformance.ts";
import { PREPARE_MS, startGateway, type TestGateway } from "./gateway.ts";
import { type Answered, type Client, openClient, withoutRequestId } from "./http.ts";
import { fillPath, OPERATIONS, operationAt } from "./openapi.ts";
import { harmless, neverParams, passingStatus, realParams } from "./probes.ts";
import { makeTenant, SCOPES, sent, type Tenant } from "./tenant.ts";

let gateway: TestGateway;
let client: Client;
let tenant: Tenant;
let other: Tenant;
let credentials: Record<string, string | null>;

beforeAll(async () => {
	gateway = await startGateway();
	client = openClient(gateway.url);
	tenant = await makeTenant(client, gateway.rootKey, "a");
	other = await makeTenant(client, gateway.rootKey, "b");
	credentials = {
		"no key": null,
		garbage: "hk_live_garbage",
		"a key whose tag is forged": forged(tenant.keys.admin),
		"an agent token whose tag is forged": forged(tenant.agentToken),
		"a well-made key that nobody issued": createTokenAuthority(gateway.tokenKey, gateway.rootKey).mintAdminKey(
			tenant.workspaceId,
			tenant.keyIds.admin,
		).token,
		"a revoked key": tenant.revokedKey,
		"a revoked agent's token": tenant.revokedAgentToken,
		"an agent token": tenant.agentToken,
		"the root key": gateway.rootKey,
		...Object.fromEntries(SCOPES.map((scope) => [`a key with the scope ${scope}`, tenant.keys[scope]])),
	};
}, PREPARE_MS);

afterAll(async () => {
	client?.close();
	await gateway?.stop();
});

/** Another tag under a checksum that fits: only the secret tells it from a real one. */
function forged(token: string): string {
	const body = token.slice(0, -6);
	const last = body.at(-1) === "0" ? "1" : "0";
	const changed = body.slice(0, -1) + last;
	return changed + crc32Base62(changed);
}

/** 401 where the credential is of no kind that is asked for, 403 where a key lacks the scope. */
function wanted(access: Access, credential: string, passing: number): number {
	if (access === "anybody") return passing;
	if (access === "agent") return credential === "an agent token" ? passing : 401;
	if (access === "root") return credential === "the root key" ? passing : 401;
	const scope = /^a key with the scope (\w+)$/.exec(credential)?.[1] as KeyScope | undefined;
	if (scope === undefined) return 401;
	return scope === "admin" || access.scopes.includes(scope) ? passing : 403;
}

function request(token: string | null, one: ReturnType<typeof harmless>) {
	return { ...one, headers: { ...one.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) } };
}

const SERVED = endpoints.map(({ method, path, access }) => {
	const operation = OPERATIONS.find((one) => one.method === method && one.path === path);
	if (!operation) throw new Error(`the document lacks ${method} ${path}`);
	return { method, path, access, operation };
});

describe("passes whom the contract names, and answers everybody else alike", () => {
	test.each(SERVED)("$method $path", async ({ access, operation }) => {
		const probe = harmless(operation, realParams(operation, tenant));
		const statuses: Record<string, number> = {};
		const refusals = new Map<number, Set<string>>();
		for (const [name, token] of Object.entries(credentials)) {
			const answer = await client.send(request(token, probe));
			statuses[name] = answer.status;
			expect(faultsOf(operation, answer), name).toEqual([]);
			if (isRefusal(answer)) {
				const seen = refusals.get(answer.status) ?? new Set();
				refusals.set(answer.status, seen.add(JSON.stringify(withoutRequestId(answer))));
			}
		}
		const table = Object.keys(credentials).map((name) => [name, wanted(access, name, passingStatus(operation))]);
		expect(statuses).toEqual(Object.fromEntries(table));
		for (const [status, answers] of refusals) expect(answers.size, `${status} in so many forms`).toBe(1);
	});
});

describe("passes a key of another workspace into that one alone", () => {
	test.each(SERVED.filter(({ access }) => typeof access === "object"))("$method $path", async ({ operation }) => {
		const answer = await client.send(request(other.keys.admin, harmless(operation, realParams(operation, tenant))));
		// What is looked up before the body is read into a change is not there; the rest is refused for its body.
		// Each log has tiles of its own under the same paths.
		const isLookedUp = operation.path.includes("{") && operation.method === "get" && operation.id !== "audit.tiles.get";
		const wanted = isLookedUp || operation.id === "roles.patch" ? 404 : passingStatus(operation);
		expect(answer.status).toBe(wanted);
		expect(answer.text).not.toContain(tenant.workspaceId);
	});
});

describe("tells a key without the scope nothing of what is there", () => {
	const lacking = (access: Access) => SCOPES.find((scope) => wanted(access, `a key with the scope ${scope}`, 0) === 403);

	test.each(SERVED.filter(({ access, path }) => lacking(access) !== undefined && path.includes("{")))(
		"$method $path",
		async ({ access, operation }) => {
			const key = tenant.keys[lacking(access) as KeyScope];
			const params = realParams(operation, tenant);
			const probe = harmless(operation, params);
			const [there, never] = await Promise.all(
				[params, neverParams(params)].map((values) =>
					client.send(request(key, { ...probe, path: fillPath(operation.path, values) })),
				),
			);
			expect(there?.status).toBe(403);
			expect(withoutRequestId(never as Answered)).toEqual(withoutRequestId(there as Answered));
		},
	);
});

function isRefusal({ status, headers }: Answered): boolean {
	return (status === 401 || status === 403) && headers["content-type"] === "application/problem+json";
}

describe("an agent", () => {
	test("cannot tell an action outside its scope from one that does not exist", async () => {
		const bodies = [];
		for (const action of ["mail.read", "mail.fly", "Mail.Send", "mail.send/../x", "__proto__"]) {
			const path = `/v1/actions/${encodeURIComponent(action)}`;
			const answer = await client.send(sent(tenant.agentToken, "post", path, { to: "someone@a.example" }));
			expect(answer.status).toBe(403);
			const { id, ...body } = answer.json as { id: string };
			expect(id).toMatch(/^act_[0-9A-Za-z]{22}$/);
			bodies.push(JSON.stringify(body).replaceAll(JSON.stringify(action).slice(1, -1), "…"));
		}
		expect(new Set(bodies).size, bodies.join("\n")).toBe(1);
	});

	test("cannot tell another agent's call from one that was never made", async () => {
		const never = `${tenant.callId.slice(0, -14)}ZZZZZZZZZZZZZZ`;
		const own = await client.send(sent(tenant.agentToken, "get", `/v1/calls/${tenant.callId}`));
		expect(own.status).toBe(200);
		const answers = [];
		for (const id of [tenant.callId, never, "act_nonsense", "rev_0000000000000000000000"]) {
			answers.push(withoutRequestId(await client.send(sent(tenant.otherAgentToken, "get", `/v1/calls/${id}`))));
		}
		expect(answers[0]?.status).toBe(404);
		for (const answer of answers) expect(answer).toEqual(answers[0]);
	});
});

describe("addresses", () => {
	test("an unknown one is 404 for everybody, and says no more", async () => {
		const answers = [];
		for (const token of Object.values(credentials)) {
			answers.push(withoutRequestId(await client.send(sent(token, "get", "/v1/nothing-here"))));
		}
		expect(answers[0]?.status).toBe(404);
		for (const answer of answers) expect(answer).toEqual(answers[0]);
	});

	test("a method that an address does not take is never served", async () => {
		for (const method of ["get", "post", "put", "patch", "delete"]) {
			for (const path of new Set(OPERATIONS.map((one) => one.path))) {
				const filled = fillPath(path, { action: "mail.send", name: "never-there", address: "x@y.example", id: "never" });
				if (operationAt(method, filled)) continue;
				const answer = await client.send(sent(tenant.keys.admin, method, filled));
				expect([404, 405], `${method} ${path}`).toContain(answer.status);
			}
		}
	});
});
