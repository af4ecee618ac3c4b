/** A change that some ledger did not hear of is not reported as done: it names the agents, and can be run again. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailActions } from "../../src/contract/mail-actions.ts";
import type { Administrator } from "../../src/gateway/administrator.ts";
import { patchRole } from "../../src/gateway/apply-role.ts";
import type { AgentState, Ledgers } from "../../src/gateway/ports.ts";
import { revokeAgent } from "../../src/gateway/revoke-agent.ts";
import { answerApplied, notEverywhere } from "../../src/http/role-bodies.ts";
import { createDigests, systemIds } from "../../src/keys/digests.ts";
import { createLedgers, type LedgerStub } from "../../src/objects/agent-ledger/client.ts";
import { createAgentStore } from "../../src/stores/d1/agents.ts";
import { createConnectorStore } from "../../src/stores/d1/connectors.ts";
import { openDatabase } from "../../src/stores/d1/database.ts";
import { createListStore } from "../../src/stores/d1/lists.ts";
import { compiledRoleText, createRoleStore } from "../../src/stores/d1/roles.ts";
import { createSecretStore } from "../../src/stores/d1/secrets.ts";
import { createCompiledRoles } from "../../src/stores/kv/compiled-roles.ts";
import { createDefinitionPacks } from "../../src/stores/kv/definition-packs.ts";
import { createListItems } from "../../src/stores/kv/list-items.ts";
import { createBlobStore } from "../../src/stores/r2/blobs.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";

beforeAll(applySchema);

const real = createLedgers((name) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub);
let workspace: TestWorkspace;
let agents: TestAgent[];
let by: Administrator;
/** Agents whose ledgers do not answer. */
let deaf: Set<string>;
let told: string[];

beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agents = await Promise.all(["bot-a", "bot-b", "bot-c"].map((name) => workspace.createAgent(name, "support-agent")));
	for (const agent of agents) await agent.get("/v1/actions");
	const { key } = (await workspace.admin("GET", "/v1/whoami")).json;
	by = {
		key: { ...key, workspace_id: workspace.id, workspace: "prod", organization: workspace.organization },
		requestId: "req_1",
		sourceIp: undefined,
	};
	deaf = new Set();
	told = [];
});

function ports() {
	const db = openDatabase(env.DB);
	const digests = createDigests(env.HIVEKEY_TOKEN_KEY);
	const lists = { lists: createListStore(db), listItems: createListItems(env.ROLES, createBlobStore(env.BLOBS), digests) };
	const definitionPacks = createDefinitionPacks(env.ROLES, createBlobStore(env.BLOBS), digests);
	const sources = {
		fromDatabase: (id: string, hash: string) => compiledRoleText(db, id, hash),
		recompile: async () => null,
		listItems: lists.listItems,
		definitionPacks,
	};
	const compiled = createCompiledRoles(env.ROLES, sources, digests);
	const mail = { name: "mail", definitions: mailActions, execute: () => Promise.reject(new Error("nothing runs here")) };
	const ledgers: Ledgers = {
		of(workspaceId, agentId) {
			const ledger = real.of(workspaceId, agentId);
			return {
				...ledger,
				async bind(state: AgentState) {
					if (deaf.has(state.name)) throw new Error("overloaded");
					told.push(state.name);
					await ledger.bind(state);
				},
			};
		},
	};
	return {
		ids: systemIds,
		now: Date.now,
		auditLogs: { collectAdminActs: async () => {} },
		keepAlive: () => {},
		log: () => {},
		agents: createAgentStore(db),
		ledgers,
		store: createRoleStore(db),
		compiled,
		connectors: new Map([[mail.name, mail]]),
		connectorStore: createConnectorStore(db),
		secrets: createSecretStore(db),
		definitionPacks,
		digests,
		...lists,
	};
}

const apply = () => patchRole(ports(), by, "support-agent", PAGE_GUARDS as never);
const statuses = () =>
	Promise.all(
		agents.map(async (agent) => (await agent.run("mail.send", { to: "x@gmail.com", subject: "Hi", body: "x" })).status),
	);

describe("a role that one ledger did not hear of", () => {
	test("is answered with the agents that it is not yet in force for", async () => {
		deaf.add("bot-b");
		expect(await apply()).toEqual({ kind: "not_everywhere", agents: ["bot-b"] });
		expect(await statuses()).toEqual([403, 200, 403]);
	});

	test("is a 503 that names them, and says to run it again", () => {
		expect(answerApplied({ kind: "not_everywhere", agents: ["bot-b", "bot-c"] })).toMatchObject({
			problem: "not_everywhere",
			detail: "the change is stored, but not yet in force for: bot-b, bot-c. Run the same command again",
			errors: [{ path: "bot-b" }, { path: "bot-c" }],
		});
		const many = notEverywhere(Array.from({ length: 30 }, (_, i) => `bot-${i}`));
		expect(many).toMatchObject({ detail: expect.stringContaining("and 10 more") });
	});

	test("is in force once the same command ran again, which tells only those that are missing", async () => {
		deaf.add("bot-b");
		await apply();
		deaf.clear();
		told = [];
		expect(await apply()).toMatchObject({ kind: "applied", role: { rev: 2, change: "unchanged" } });
		expect(told).toEqual(["bot-b"]);
		expect(await statuses()).toEqual([403, 403, 403]);
	});

	test("stays not done while that goes on, without a further revision", async () => {
		deaf.add("bot-a");
		for (let i = 0; i < 3; i++) expect(await apply()).toEqual({ kind: "not_everywhere", agents: ["bot-a"] });
		expect((await workspace.admin("GET", "/v1/roles/support-agent")).json.rev).toBe(2);
	});

	test("does not keep the others from the next change", async () => {
		deaf.add("bot-a");
		await apply();
		const back = await patchRole(ports(), by, "support-agent", { guards: [] });
		expect(back).toEqual({ kind: "not_everywhere", agents: ["bot-a"] });
		expect(await statuses()).toEqual([200, 200, 200]);
	});
});

describe("a revocation that the ledger did not hear of", () => {
	test("is not done, and is once it ran again", async () => {
		deaf.add("bot-a");
		expect(await revokeAgent(ports(), by, "bot-a")).toEqual({ kind: "not_everywhere", agents: ["bot-a"] });
		expect((await agents[0]?.get("/v1/actions"))?.status).toBe(200);
		deaf.clear();
		expect((await revokeAgent(ports(), by, "bot-a")).kind).not.toBe("not_everywhere");
		expect((await agents[0]?.get("/v1/actions"))?.status).toBe(401);
	});
});

describe("an acknowledgement", () => {
	test("that comes late does not hide a newer change", async () => {
		const store = createAgentStore(openDatabase(env.DB));
		const [state] = await (async () => {
			deaf.add("bot-a");
			await apply();
			return store.unacknowledged(workspace.id, { agentId: (agents[0] as TestAgent).id });
		})();
		if (!state) throw new Error("nothing to acknowledge");
		await patchRole(ports(), by, "support-agent", { guards: [] });
		await store.acknowledge(workspace.id, [{ agent_id: state.agent_id, epoch: state.epoch }]);
		const open = await store.unacknowledged(workspace.id, { agentId: state.agent_id });
		expect(open.map((one) => one.epoch)).toEqual([state.epoch + 1]);
		await store.acknowledge(workspace.id, [{ agent_id: state.agent_id, epoch: state.epoch + 1 }]);
		await store.acknowledge(workspace.id, [{ agent_id: state.agent_id, epoch: 1 }]);
		expect(await store.unacknowledged(workspace.id, { agentId: state.agent_id })).toEqual([]);
	});
});
