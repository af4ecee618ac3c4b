/** The composition root: the only place where adapters, use cases and faces meet. */
import { waitUntil } from "cloudflare:workers";
import type { Hono } from "hono";
import { type Config, readConfig } from "./config.ts";
import { createGate } from "./connectors/http/gate.ts";
import { createHttpConnector } from "./connectors/http/http-connector.ts";
import { createOAuthTokens } from "./connectors/http/oauth-tokens.ts";
import { createMailConnector } from "./connectors/mail/mail-connector.ts";
import { parseMail } from "./connectors/mail/parse-mail.ts";
import { createNoticeSender, type NoticeSenderPorts } from "./connectors/notices/notice-sender.ts";
import type { ActionDefinition } from "./contract/action-definition.ts";
import { createKnownBindings } from "./gateway/known-bindings.ts";
import type { Connector, MailboxStore } from "./gateway/ports.ts";
import { type Reception, receiveMail } from "./gateway/receive-mail.ts";
import { recompileRole } from "./gateway/recompile-role.ts";
import { releaseCall } from "./gateway/release-call.ts";
import { resealSecrets } from "./gateway/reseal-secrets.ts";
import { type SealPorts, sealLogs } from "./gateway/seal-log.ts";
import { forgetNotices, type NoticePorts, sendNotices } from "./gateway/send-notices.ts";
import { sweep } from "./gateway/sweep.ts";
import { TokenBrake } from "./gateway/token-brake.ts";
import { workspaceActions } from "./gateway/workspace-actions.ts";
import { workspaceLists } from "./gateway/workspace-lists.ts";
import type { HttpPorts } from "./http/http-ports.ts";
import { problemResponse } from "./http/problem.ts";
import { endpoints } from "./http/routes/index.ts";
import { createServer } from "./http/server.ts";
import { createDigests, systemIds } from "./keys/digests.ts";
import { createLogSigners } from "./keys/log-signers.ts";
import { createSecretBox } from "./keys/secret-box.ts";
import { createTokenAuthority } from "./keys/token-authority.ts";
import { webhookSignature } from "./keys/webhook-signature.ts";
import { createLog } from "./log.ts";
import type { LedgerPorts } from "./objects/agent-ledger/agent-ledger.ts";
import { askLedger, createLedgers, type LedgerStub } from "./objects/agent-ledger/client.ts";
import type { AuditLogPorts } from "./objects/audit-log/audit-log.ts";
import { type AuditLogStub, createAuditLogs } from "./objects/audit-log/client.ts";
import { logOrigin } from "./objects/audit-log/publisher.ts";
import { type ConnectorHealthStub, createConnectorHealth } from "./objects/connector-health/client.ts";
import { createRoleCounters, type RoleCounterStub } from "./objects/role-counter/client.ts";
import type { RoleCounterPorts } from "./objects/role-counter/role-counter.ts";
import { createOutbound } from "./outbound/outbound.ts";
import { createArchive } from "./stores/archive/archive.ts";
import { actAcross, recordsAcross } from "./stores/archive/whole-log.ts";
import { forgetAdminActs, waitingAdminActs, workspacesWithAdminActs } from "./stores/d1/admin-acts.ts";
import { bindAgent, createAgentStore } from "./stores/d1/agents.ts";
import { commitRecords, createAuditStore, storedHead } from "./stores/d1/audit-log.ts";
import { newestCheckpoint, recordsOfAct, saveCheckpoint, workspacesToPublish } from "./stores/d1/checkpoints.ts";
import { createConnectorStore } from "./stores/d1/connectors.ts";
import { type Database, openDatabase } from "./stores/d1/database.ts";
import { createListStore } from "./stores/d1/lists.ts";
import { recordsAfter, renumberAdminActs } from "./stores/d1/log-records.ts";
import { createMailStore } from "./stores/d1/mail.ts";
import { createMailboxStore } from "./stores/d1/mailboxes.ts";
import { createReviewStore } from "./stores/d1/reviews.ts";
import { compiledRoleText, createRoleStore, roleSource } from "./stores/d1/roles.ts";
import { recordsToSeal, sealBundles, sealedHead, workspacesToSeal } from "./stores/d1/sealing.ts";
import { createSecretStore } from "./stores/d1/secrets.ts";
import { createSinkStore } from "./stores/d1/sinks.ts";
import { createWorkspaceStore, schemaVersion } from "./stores/d1/workspaces.ts";
import { createCompiledRoles } from "./stores/kv/compiled-roles.ts";
import { createDefinitionPacks } from "./stores/kv/definition-packs.ts";
import { createListItems } from "./stores/kv/list-items.ts";
import { createSecretValues } from "./stores/kv/secret-values.ts";
import { createBlobStore } from "./stores/r2/blobs.ts";
import { createLogTiles } from "./stores/r2/log-tiles.ts";

/** The schema that this code needs; the last migration sets it. */
const SCHEMA_VERSION = 6;
const SWEEP_KEY = "sweep-after";
const DAY_MS = 86_400_000;

export interface App {
	server: Hono;
	/** One mail, for one recipient. */
	receive: (to: string, size: number, read: () => Promise<Uint8Array>) => Promise<Reception>;
	/** One round of the cron. */
	sweep: () => Promise<void>;
	/** Decides an approved call again, lets it go and carries it out, unless somebody has. */
	carryOn: (workspaceId: string, agentId: string, reviewId: string) => Promise<void>;
	/** Sends the notices of a workspace whose time has come. */
	sendNotices: (workspaceId: string) => Promise<void>;
}

/** @throws if the configuration is not complete */
export function createApp(env: Env): App {
	const config: Config = readConfig(env);
	const log = createLog(config.LOG_LEVEL);
	const db = openDatabase(env.DB);
	const digests = createDigests(config.HIVEKEY_TOKEN_KEY);
	const ledgers = createLedgers((name) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub);
	const auditLogs = createAuditLogs((name) => env.AUDIT_LOG.getByName(name) as unknown as AuditLogStub);
	const agents = createAgentStore(db);
	const blobs = createBlobStore(env.BLOBS);
	const tiles = createLogTiles(env.BLOBS);
	const archive = createArchive(db, tiles.get, log);
	const signers = createLogSigners(config.HIVEKEY_SIGNING_KEY);
	const reading = { mail: createMailStore(db), blobs, parse: parseMail };
	const mail = createMailConnector(env.MAIL, reading, systemIds);
	const lists = { lists: createListStore(db), listItems: createListItems(env.ROLES, blobs, digests) };
	const secretBox = createSecretBox(config.HIVEKEY_ENCRYPTION_KEY);
	const secretStore = createSecretStore(db);
	const secrets = {
		secrets: secretStore,
		secretBox,
		secretValues: createSecretValues(env.ROLES, secretStore, secretBox),
		outbound: createOutbound((url, init) => fetch(url, init), { allowed: config.ALLOWED_NETWORKS }),
	};
	const http = createHttpConnector({
		...secrets,
		tokens: createOAuthTokens(secrets.outbound, Date.now),
		gate: createGate({
			health: createConnectorHealth((name) => env.CONNECTOR_HEALTH.getByName(name) as unknown as ConnectorHealthStub),
			now: Date.now,
			background: waitUntil,
		}),
		now: Date.now,
		pause: (ms) => scheduler.wait(ms),
	});
	const actionPorts = {
		connectors: new Map([mail, http].map((connector) => [connector.name, connector])),
		connectorStore: createConnectorStore(db),
		definitionPacks: createDefinitionPacks(env.ROLES, blobs, digests),
		...secrets,
	};
	const roles = createCompiledRoles(
		env.ROLES,
		{
			fromDatabase: (workspaceId, hash) => compiledRoleText(db, workspaceId, hash),
			async recompile(workspaceId, hash, text) {
				const source = await roleSource(db, workspaceId, hash);
				if (!source) return null;
				const { document, rev } = source;
				const [{ definitions }, taken] = await Promise.all([
					workspaceActions(actionPorts, workspaceId),
					workspaceLists(lists, workspaceId, document),
				]);
				return recompileRole(text, document, rev, definitions, taken);
			},
			listItems: lists.listItems,
			definitionPacks: actionPorts.definitionPacks,
		},
		digests,
	);

	const sinks = createSinkStore(db);
	const mailboxes = createMailboxStore(db);
	const sending: NoticePorts = {
		sinks,
		notices: createNoticeSender({ ...secrets, sign: webhookSignature, mail: noticeMail(mail, mailboxes) }),
		now: Date.now,
		log,
	};

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
		mailboxes,
		...lists,
		...actionPorts,
		audit: createAuditStore(db, archive),
		reviews: createReviewStore(db),
		sinks,
		blobs,
		published: {
			newestCheckpoint: (workspaceId) => newestCheckpoint(db, workspaceId),
			tile: (workspaceId, path) => tiles.get(workspaceId, path),
			recordsOfAct: async (workspaceId, actId) =>
				actAcross(archive, workspaceId, actId, await recordsOfAct(db, workspaceId, actId, 100), 100),
			signers: (workspaceId) => signers(logOrigin(workspaceId)),
		},
		bindings: createKnownBindings(),
		now: Date.now,
		pause: (ms) => scheduler.wait(ms),
		log,
		clientAddress: config.CLIENT_ADDRESS,
		tokenBrake: new TokenBrake(env.REFUSED_TOKENS, Date.now),
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
		sendNotices: (workspaceId) => sendNotices(sending, workspaceId),
		async carryOn(workspaceId, agentId, reviewId) {
			// The object that asks waits for the end of it, and that keeps the work alive.
			const released = await releaseCall({ ...ports, keepAlive: () => {} }, workspaceId, agentId, reviewId);
			log("release_carried_on", { review: reviewId, outcome: released.kind });
		},
		async sweep() {
			if (!(await ports.ready())) return;
			const days = config.LOG_WINDOW_DAYS;
			const sealing = { ...ports, retention: retentionOf(db) };
			const sealLogsNow =
				days === undefined ? undefined : () => sealLogs(sealing, new Date(Date.now() - days * DAY_MS).toISOString());
			const after = (await env.ROLES.get(SWEEP_KEY)) ?? "";
			const next = await sweep(
				{
					agents,
					ledgers,
					auditLogs,
					workspacesWithAdminActs: () => workspacesWithAdminActs(db),
					workspacesToPublish: () => workspacesToPublish(db),
					sealLogs: sealLogsNow,
					async sendNotices() {
						await sendNotices(sending, null);
						await forgetNotices(sending);
					},
					resealSecrets: () => resealSecrets({ ...secrets, log }),
					log,
				},
				after,
			);
			if (next !== after) await env.ROLES.put(SWEEP_KEY, next);
		},
	};
}

/** Mails that tell people of reviews: through the mail connector, from a mailbox of the workspace and no other. */
function noticeMail(mail: Connector, mailboxes: Pick<MailboxStore, "get">): NoticeSenderPorts["mail"] {
	const definition = mail.definitions.find(({ name }) => name === "mail.send") as ActionDefinition;
	return async (workspace_id, { id, from, to, subject, body }) => {
		if (!(await mailboxes.get(workspace_id, from))) return "the workspace has no such mailbox";
		const call = { act_id: id, workspace_id, agent: "", mailbox: from, definition, input: { to, subject, body } };
		const outcome = await mail.execute(call);
		return outcome.kind === "ok" ? null : outcome.error.message;
	};
}

/** What has left D1, and how more leaves it. */
export function retentionOf(db: Database): SealPorts["retention"] {
	return {
		workspaces: (before, limit) => workspacesToSeal(db, before, limit),
		sealedSeq: async (workspaceId) => (await sealedHead(db, workspaceId)).seq,
		records: (workspaceId, after, limit) => recordsToSeal(db, workspaceId, after, limit),
		seal: (workspaceId, bundles) => sealBundles(db, workspaceId, bundles),
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
	const roleCounters = createRoleCounters((name) => env.ROLE_COUNTER.getByName(name) as unknown as RoleCounterStub);
	const blobs = createBlobStore(env.BLOBS);
	// Most ledgers never reach further than this: the whole gateway is put together for the first that does.
	let app: App | undefined;
	const gateway = () => {
		app ??= createApp(env);
		return app;
	};
	return {
		ids: systemIds,
		now: Date.now,
		settleGraceMs: config.SETTLE_GRACE_SECONDS * 1000,
		admissionPerSecond: config.ADMISSION_PER_SECOND,
		pendingReviews: config.PENDING_REVIEWS,
		bindAgent: (workspaceId, agentId, lastSeenAt) => bindAgent(db, workspaceId, agentId, lastSeenAt),
		appendToLog: (workspaceId, source, rows) => auditLogs.append(workspaceId, source, rows),
		reserve: roleCounters.reserve,
		tellRole: roleCounters.tell,
		putReviews: (reviews) => createReviewStore(db).put(reviews, Date.now()),
		sendNotices: (workspaceId) => gateway().sendNotices(workspaceId),
		forgetInputs: async (keys) => void (await Promise.all(keys.map(blobs.delete))),
		carryOn: (workspaceId, agentId, reviewId) => gateway().carryOn(workspaceId, agentId, reviewId),
		log: createLog(config.LOG_LEVEL),
	};
}

/** What a role's counter needs, from its environment. */
export function roleCounterPorts(env: Env): RoleCounterPorts {
	const ledger = (name: string) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub;
	return {
		now: Date.now,
		askLedger: (workspaceId, agentId, reservations) => askLedger(ledger, workspaceId, agentId, reservations),
		log: createLog(readConfig(env).LOG_LEVEL),
	};
}

/** What a workspace's log needs, from its environment. */
export function auditLogPorts(env: Env): AuditLogPorts {
	const config = readConfig(env);
	const log = createLog(config.LOG_LEVEL);
	const db = openDatabase(env.DB);
	const tiles = createLogTiles(env.BLOBS);
	const archive = createArchive(db, tiles.get, log);
	const signers = createLogSigners(config.HIVEKEY_SIGNING_KEY);
	return {
		ids: systemIds,
		recordsAfter: async (workspaceId, seq, limit) =>
			recordsAcross(archive, workspaceId, seq, limit, await recordsAfter(db, workspaceId, seq, limit)),
		renumberAdminActs: (workspaceId, n) => renumberAdminActs(db, workspaceId, n),
		newestCheckpoint: (workspaceId) => newestCheckpoint(db, workspaceId),
		saveCheckpoint: (workspaceId, checkpoint) => saveCheckpoint(db, workspaceId, checkpoint),
		putLogFile: tiles.put,
		getLogFile: tiles.get,
		forgetPartialTiles: tiles.forgetPartials,
		putQuarantined: tiles.putQuarantined,
		signers: (workspaceId) => signers(logOrigin(workspaceId)),
		storedHead: (workspaceId) => storedHead(db, workspaceId),
		commit: (workspaceId, batch) => commitRecords(db, workspaceId, batch),
		adminActs: (workspaceId, n) => waitingAdminActs(db, workspaceId, n),
		forgetAdminActs: (workspaceId, n) => forgetAdminActs(db, workspaceId, n),
		log,
	};
}
