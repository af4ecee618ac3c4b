/**
 * Connectors: documents that define actions. A role has the definitions of what it grants pinned, so a change of a connector is a
 * change of every role that grants its actions: each gets a revision of its own and is pushed. No role is widened by it: actions that
 * patterns would match now are named, and granted only when their roles are applied again.
 */
import type { ConnectorDocument } from "../contract/connector-document.ts";
import type { AppliedConnector, ChangedAction, TouchedRole } from "../contract/connectors.ts";
import type { Json } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { compileRole } from "../policy/compile-role.ts";
import { changedActions } from "../policy/connector/changed-parts.ts";
import { connectorDefinitions, secretNames } from "../policy/connector/compile-connector.ts";
import { type Administrator, adminAct, tellLog } from "./administrator.ts";
import { type ApplyRolePorts, reapplyRole, storedDocument } from "./apply-role.ts";
import type { ConnectorStore, NewConnectorRevision, StoredConnector } from "./connector-ports.ts";
import type { Outbound } from "./outbound-ports.ts";
import { type GrantingRole, rolesGranting } from "./roles-granting.ts";
import { type WorkspaceActions, workspaceActions } from "./workspace-actions.ts";
import { workspaceLists } from "./workspace-lists.ts";

export interface ConnectorChangePorts extends ApplyRolePorts {
	connectorStore: ConnectorStore;
	outbound: Pick<Outbound, "whyNot">;
}

export type ConnectorChange =
	| { kind: "applied"; connector: AppliedConnector }
	/** What it would come to: nothing was changed. */
	| { kind: "planned"; connector: AppliedConnector }
	| { kind: "deleted" }
	| { kind: "invalid"; problems: ProblemItem[] }
	| { kind: "not_found" }
	| { kind: "in_use"; roles: string[] }
	/** Stored, and not yet in force for these roles. */
	| { kind: "busy"; roles: string[] }
	| { kind: "changed_meanwhile" }
	| { kind: "not_everywhere"; agents: string[] };

/** Applies a checked document. Safe to run again when it was not in force everywhere. */
export async function applyConnector(
	ports: ConnectorChangePorts,
	by: Administrator,
	document: ConnectorDocument,
	{ dryRun }: { dryRun: boolean },
): Promise<ConnectorChange> {
	const workspaceId = by.key.workspace_id;
	const { name } = document.metadata;
	const current = await ports.connectorStore.get(workspaceId, name);
	const hash = ports.digests.sha256(canonicalJson(document as unknown as Json));
	const isSame = current?.hash === hash;
	const newest = current?.rev ?? (await ports.connectorStore.newestRev(workspaceId, name));
	const rev = isSame ? newest : newest + 1;
	const actions = await workspaceActions(ports, workspaceId, { document, rev });
	const touched = await rolesGranting(
		ports,
		workspaceId,
		new Set([name]),
		document.actions.map((action) => action.name),
	);
	const problems = [...placeProblems(ports.outbound, document), ...(await roleProblems(ports, workspaceId, touched, actions))];
	if (problems.length > 0) return { kind: "invalid", problems };

	const changed = changesOf(current, document, actions);
	const view = viewOf(document, { rev, hash, changed_by: by.key.id, created_at: new Date(ports.now()).toISOString() });
	const applied: AppliedConnector = {
		...(isSame && current !== null ? withoutDocument(current) : view),
		change: current === null ? "created" : isSame ? "unchanged" : "updated",
		changed,
		roles: touched.map((one) => touchedRole(one, changed)),
		warnings: unsetSecrets(document, actions),
	};
	if (dryRun) return { kind: "planned", connector: applied };
	if (!isSame) {
		const fields = { connector: name, rev, hash, count: document.actions.length };
		const act = adminAct(ports, by, "connector.apply", { fields });
		if (!(await ports.connectorStore.addRevision(workspaceId, revisionOf(ports, by, document, rev, hash), act)))
			return { kind: "changed_meanwhile" };
		tellLog(ports, workspaceId);
	}
	return inForce(ports, by, applied);
}

/** Deletes a connector of which no role grants an action. */
export async function deleteConnector(ports: ConnectorChangePorts, by: Administrator, name: string): Promise<ConnectorChange> {
	const workspaceId = by.key.workspace_id;
	const current = await ports.connectorStore.get(workspaceId, name);
	if (current === null) return { kind: "not_found" };
	const using = await rolesGranting(ports, workspaceId, new Set([name]));
	if (using.length > 0) return { kind: "in_use", roles: using.map(({ role }) => role.name) };
	const act = adminAct(ports, by, "connector.delete", { fields: { connector: name } });
	if (!(await ports.connectorStore.delete(workspaceId, name, current.rev, act))) return { kind: "changed_meanwhile" };
	tellLog(ports, workspaceId);
	return { kind: "deleted" };
}

/**
 * Applies again the roles that grant actions of connectors, one after the other.
 * @returns the revision of each; or which could not be, and which agents have not heard
 */
export async function reapplyGranting(
	ports: ApplyRolePorts,
	by: Administrator,
	connectors: ReadonlySet<string>,
): Promise<{ revs: Map<string, number>; busy: string[]; untold: string[] }> {
	const revs = new Map<string, number>();
	const busy: string[] = [];
	const untold = new Set<string>();
	for (const { role, grants } of await rolesGranting(ports, by.key.workspace_id, connectors)) {
		if (grants.length === 0) continue;
		const application = await reapplyRole(ports, by, role.name);
		if (application.kind === "applied") revs.set(role.name, application.role.rev);
		else if (application.kind === "not_everywhere") for (const agent of application.agents) untold.add(agent);
		else if (application.kind !== "not_found") busy.push(role.name);
	}
	return { revs, busy, untold: [...untold].sort() };
}

async function inForce(ports: ConnectorChangePorts, by: Administrator, applied: AppliedConnector): Promise<ConnectorChange> {
	const { revs, busy, untold } = await reapplyGranting(ports, by, new Set([applied.name]));
	if (busy.length > 0) return { kind: "busy", roles: busy };
	if (untold.length > 0) return { kind: "not_everywhere", agents: untold };
	const roles = applied.roles.map((role) => ({ ...role, rev: revs.get(role.name) ?? role.rev }));
	return { kind: "applied", connector: { ...applied, roles } };
}

/** Addresses that the operator does not let anybody reach. */
function placeProblems(outbound: Pick<Outbound, "whyNot">, { http }: ConnectorDocument): ProblemItem[] {
	const places: [string, string | undefined][] = [
		["http.base_url", http.base_url],
		["http.auth.oauth2.token_url", http.auth?.oauth2?.token_url],
	];
	return places.flatMap(([path, url]) => {
		const message = url === undefined ? null : outbound.whyNot(url);
		return message === null ? [] : [{ path, code: "address_refused", message }];
	});
}

/** What would be wrong with the roles: nothing is changed before all of them can be compiled. */
async function roleProblems(
	ports: ApplyRolePorts,
	workspaceId: string,
	touched: GrantingRole[],
	{ definitions }: WorkspaceActions,
): Promise<ProblemItem[]> {
	const problems: ProblemItem[] = [];
	for (const { role, grants } of touched) {
		if (grants.length === 0) continue;
		const stored = await storedDocument(ports, workspaceId, role);
		const found =
			"ok" in stored
				? stored
				: compileRole(
						stored.document,
						role.rev,
						definitions,
						undefined,
						await workspaceLists(ports, workspaceId, stored.document),
						stored.within,
					);
		if ("problems" in found)
			problems.push(...found.problems.map((problem) => ({ ...problem, message: `role ${role.name}: ${problem.message}` })));
	}
	return problems;
}

function changesOf(
	current: StoredConnector | null,
	document: ConnectorDocument,
	{ versions }: WorkspaceActions,
): ChangedAction[] {
	const before = current === null ? [] : connectorDefinitions(current.document, versions);
	return changedActions(before, connectorDefinitions(document, versions));
}

function touchedRole({ role, grants, would_match }: GrantingRole, changed: ChangedAction[]): TouchedRole {
	return { name: role.name, rev: role.rev, changed: changed.filter(({ action }) => grants.includes(action)), would_match };
}

function unsetSecrets({ http }: ConnectorDocument, { versions }: WorkspaceActions): ProblemItem[] {
	return secretNames(http)
		.filter((secret) => !versions.has(secret))
		.map((secret) => ({
			path: "http.auth",
			code: "secret_not_set",
			message: `the secret ${secret} is not set: until \`hivekey secret set ${secret}\` no action of this connector runs`,
		}));
}

function revisionOf(
	{ digests }: Pick<ApplyRolePorts, "digests">,
	by: Administrator,
	document: ConnectorDocument,
	rev: number,
	hash: string,
): NewConnectorRevision {
	const actions = document.actions.map((action) => {
		const text = canonicalJson(action as unknown as Json);
		return { name: action.name, sha256: digests.sha256(text), text };
	});
	return { name: document.metadata.name, rev, hash, document, actions, changed_by: by.key.id };
}

function viewOf(
	{ metadata, http, actions }: ConnectorDocument,
	of: { rev: number; hash: string; changed_by: string; created_at: string },
) {
	return {
		name: metadata.name,
		description: metadata.description ?? "",
		base_url: http.base_url,
		actions: actions.length,
		...of,
	};
}

function withoutDocument({ document: _document, ...view }: StoredConnector) {
	return view;
}
