/**
 * Secrets: set, and never read again by people. Their versions are part of what roles pin, so that a secret that was set is in force
 * at the next request, everywhere.
 */
import type { AppliedSecret } from "../contract/secrets.ts";
import { sinkSecrets } from "../contract/sinks.ts";
import { secretNames } from "../policy/connector/compile-connector.ts";
import { type Administrator, adminAct, tellLog } from "./administrator.ts";
import type { ApplyRolePorts } from "./apply-role.ts";
import type { ConnectorStore } from "./connector-ports.ts";
import { reapplyGranting } from "./connectors.ts";
import type { SecretPorts } from "./secret-ports.ts";
import type { SinkStore } from "./sink-ports.ts";

export interface SecretChangePorts extends ApplyRolePorts, Omit<SecretPorts, "secrets"> {
	secrets: SecretPorts["secrets"];
	connectorStore: Pick<ConnectorStore, "all">;
	sinks: Pick<SinkStore, "documents">;
}

export type SecretChange =
	| { kind: "applied"; secret: AppliedSecret }
	| { kind: "deleted" }
	| { kind: "not_found" }
	| { kind: "in_use"; connectors: string[]; sinks: string[] }
	| { kind: "changed_meanwhile" }
	/** Stored, and not yet in force for these roles. */
	| { kind: "busy"; roles: string[] }
	| { kind: "not_everywhere"; agents: string[] };

/** Sets a secret. Run again with the same value it sets it again, under the next version. */
export async function setSecret(ports: SecretChangePorts, by: Administrator, name: string, value: string): Promise<SecretChange> {
	const workspaceId = by.key.workspace_id;
	const before = await ports.secrets.get(workspaceId, name);
	const version = (before?.version ?? 0) + 1;
	const which = { workspaceId, name, version };
	const sealed = await ports.secretBox.seal(which, value);
	const act = adminAct(ports, by, "secret.set", { fields: { secret: name, version } });
	const put = await ports.secrets.put(workspaceId, { name, version, sealed, key_id: ports.secretBox.keyId }, act);
	if (!put) return { kind: "changed_meanwhile" };
	tellLog(ports, workspaceId);
	await ports.secretValues.save(which, sealed);
	const connectors = await connectorsTaking(ports, workspaceId, name);
	const { revs, busy, untold } = await reapplyGranting(ports, by, new Set(connectors));
	if (busy.length > 0) return { kind: "busy", roles: busy };
	if (untold.length > 0) return { kind: "not_everywhere", agents: untold };
	if (before !== null) await ports.secretValues.forget({ workspaceId, name, version: before.version });
	const roles = [...revs].map(([role, rev]) => ({ name: role, rev }));
	const change = before?.sealed ? "updated" : "created";
	return { kind: "applied", secret: { name, version, change, connectors, roles } };
}

/** Deletes a secret that no connector and no sink takes. Its row stays, without the value. */
export async function deleteSecret(ports: SecretChangePorts, by: Administrator, name: string): Promise<SecretChange> {
	const workspaceId = by.key.workspace_id;
	const [connectors, all] = await Promise.all([connectorsTaking(ports, workspaceId, name), ports.sinks.documents(workspaceId)]);
	const sinks = all.filter(({ document }) => sinkSecrets(document).includes(name)).map((sink) => sink.name);
	if (connectors.length + sinks.length > 0) return { kind: "in_use", connectors, sinks };
	const before = await ports.secrets.get(workspaceId, name);
	const act = adminAct(ports, by, "secret.delete", { fields: { secret: name } });
	if (!(await ports.secrets.delete(workspaceId, name, act))) return { kind: "not_found" };
	if (before !== null) await ports.secretValues.forget({ workspaceId, name, version: before.version });
	tellLog(ports, workspaceId);
	return { kind: "deleted" };
}

async function connectorsTaking(
	{ connectorStore }: Pick<SecretChangePorts, "connectorStore">,
	workspaceId: string,
	name: string,
): Promise<string[]> {
	const all = await connectorStore.all(workspaceId);
	return all.filter(({ document }) => secretNames(document.http).includes(name)).map((connector) => connector.name);
}
