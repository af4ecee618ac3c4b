/** The composition root: the only place where adapters, use cases and faces meet. */
import type { Hono } from "hono";
import { type Config, readConfig } from "./config.ts";
import { createMailConnector } from "./connectors/mail/mail-connector.ts";
import { parseMail } from "./connectors/mail/parse-mail.ts";
import { createKnownBindings } from "./gateway/known-bindings.ts";
import { type Reception, receiveMail } from "./gateway/receive-mail.ts";
import { sweep } from "./gateway/sweep.ts";
import type { HttpPorts } from "./http/http-ports.ts";
import { problemResponse } from "./http/problem.ts";
import { endpoints } from "./http/routes/index.ts";
import { createServer } from "./http/server.ts";
import { createDigests, systemIds } from "./keys/digests.ts";
import { createTokenAuthority } from "./keys/token-authority.ts";
import { createLog } from "./log.ts";
import type { LedgerPorts } from "./objects/agent-ledger/agent-ledger.ts";
import { createLedgers, type LedgerStub } from "./objects/agent-ledger/client.ts";
import type { AuditLogPorts } from "./objects/audit-log/audit-log.ts";
import { type AuditLogStub, createAuditLogs } from "./objects/audit-log/client.ts";
import { forgetAdminActs, waitingAdminActs, workspacesWithAdminActs } from "./stores/d1/admin-acts.ts";
import { bindAgent, createAgentStore } from "./stores/d1/agents.ts";
import { commitRecords, createAuditStore, storedHead } from "./stores/d1/audit-log.ts";
import { openDatabase } from "./stores/d1/database.ts";
import { createMailStore } from "./stores/d1/mail.ts";
import { createMailboxStore } from "./stores/d1/mailboxes.ts";
import { compiledRoleText, createRoleStore } from "./stores/d1/roles.ts";
import { createWorkspaceStore, schemaVersion } from "./stores/d1/workspaces.ts";
import { createCompiledRoles } from "./stores/kv/compiled-roles.ts";
import { createBlobStore } from "./stores/r2/blobs.ts";

/** The schema that this code needs; the last migration sets it. */
const SCHEMA_VERSION = 2;
const SWEEP_KEY = "sweep-after";

export interface App {
	server: Hono;
	/** One mail, for one recipient. */
	receive: (to: string, size: number, read: () => Promise<Uint8Array>) => Promise<Reception>;
	/** One round of the cron. */
	sweep: () => Promise<void>;
}

/** @throws if the configuration is not complete */
export function createApp(env: Env): App {
	const config: Config = readConfig(env);
	const log = createLog(config.LOG_LEVEL);
	const db = openDatabase(env.DB);
	const digests = createDigests(config.HIVEKEY_TOKEN_KEY);
	const ledgers = createLedgers((name) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub);
	const auditLogs = createAuditLogs((name) => env.AUDIT_LOG.getByName(name) as unknown as AuditLogStub);
	const roles = createCompiledRoles(env.ROLES, (workspaceId, hash) => compiledRoleText(db, workspaceId, hash), digests);
	const agents = createAgentStore(db);
	const reading = { mail: createMailStore(db), blobs: createBlobStore(env.BLOBS), parse: parseMail };
	const mail = createMailConnector(env.MAIL, reading, systemIds);

	let ready = false;
	const ports: HttpPorts = {
		ids: systemIds,
		digests,
		tokens: createTokenAuthority(config.HIVEKEY_TOKEN_KEY, config.HIVEKEY_ROOT_KEY),
		ledgers,
		auditLogs,
		roles,
		compiled: roles,
		store: createRoleStore(db),
		agents,
		workspaces: createWorkspaceStore(db),
		mailboxes: createMailboxStore(db),
		audit: createAuditStore(db),
		bindings: createKnownBindings(),
		connectors: new Map([[mail.name, mail]]),
		now: Date.now,
		log,
		clientAddress: config.CLIENT_ADDRESS,
		async ready() {
			ready ||= (await schemaVersion(db)) >= SCHEMA_VERSION;
			return ready;
		},
	};

	return {
		server: createServer(ports, endpoints),
		async receive(to, size, read) {
			try {
				return await receiveMail({ ...reading, ids: systemIds, digests, now: Date.now }, to, size, read);
			} catch (error) {
				log("mail_not_kept", { error });
				// Without the cause, which quotes the mail: the platform writes down what is thrown. The sender's server tries again.
				throw new Error("the mail cannot be kept now");
			}
		},
		async sweep() {
			if (!(await ports.ready())) return;
			const after = (await env.ROLES.get(SWEEP_KEY)) ?? "";
			const next = await sweep(
				{ agents, ledgers, auditLogs, workspacesWithAdminActs: () => workspacesWithAdminActs(db), log },
				after,
			);
			if (next !== after) await env.ROLES.put(SWEEP_KEY, next);
		},
	};
}

/** The answer of a Worker that lacks configuration: its operator finds in the logs what is missing, nobody else learns it. */
export function notConfigured(error: unknown): Response {
	const requestId = systemIds.make("req");
	createLog("error")("not_configured", { request_id: requestId, error: error instanceof Error ? error.message : typeof error });
	return problemResponse("not_ready", "the gateway is not configured; its operator finds the reason in its logs", requestId);
}

/** What a ledger needs, from its environment. */
export function ledgerPorts(env: Env): LedgerPorts {
	const config = readConfig(env);
	const db = openDatabase(env.DB);
	const auditLogs = createAuditLogs((name) => env.AUDIT_LOG.getByName(name) as unknown as AuditLogStub);
	return {
		ids: systemIds,
		now: Date.now,
		settleGraceMs: config.SETTLE_GRACE_SECONDS * 1000,
		bindAgent: (workspaceId, agentId, lastSeenAt) => bindAgent(db, workspaceId, agentId, lastSeenAt),
		appendToLog: (workspaceId, source, rows) => auditLogs.append(workspaceId, source, rows),
		log: createLog(config.LOG_LEVEL),
	};
}

/** What a workspace's log needs, from its environment. */
export function auditLogPorts(env: Env): AuditLogPorts {
	const db = openDatabase(env.DB);
	return {
		storedHead: (workspaceId) => storedHead(db, workspaceId),
		commit: (workspaceId, batch) => commitRecords(db, workspaceId, batch),
		adminActs: (workspaceId, n) => waitingAdminActs(db, workspaceId, n),
		forgetAdminActs: (workspaceId, n) => forgetAdminActs(db, workspaceId, n),
		log: createLog(readConfig(env).LOG_LEVEL),
	};
}
