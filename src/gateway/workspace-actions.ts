/** All actions that there are in a workspace: the built-in ones and those of its connectors, with what they were compiled from. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { ConnectorDocument } from "../contract/connector-document.ts";
import { connectorDefinitions, type SecretVersions } from "../policy/connector/compile-connector.ts";
import type { ConnectorStore } from "./connector-ports.ts";
import type { Connector } from "./ports.ts";
import type { SecretStore } from "./secret-ports.ts";

export interface WorkspaceActionPorts {
	/** The built-in connectors, and the one that carries out what documents define. */
	connectors: Map<string, Connector>;
	connectorStore: Pick<ConnectorStore, "all">;
	secrets: Pick<SecretStore, "versions">;
}

export interface WorkspaceActions {
	definitions: ActionDefinition[];
	/** The revision in force of each connector that a document defines. */
	revs: ReadonlyMap<string, number>;
	versions: SecretVersions;
}

/** What a revision of a role was compiled with: it goes in force only while that is what is in force. */
export interface RolePins {
	connectors: Record<string, number>;
	secrets: Record<string, number>;
}

/**
 * Reads them.
 * @param other - a document to be taken in the place of the one in force, with the revision that it will be
 */
export async function workspaceActions(
	{ connectors, connectorStore, secrets }: WorkspaceActionPorts,
	workspaceId: string,
	other?: { document: ConnectorDocument; rev: number },
): Promise<WorkspaceActions> {
	const versions = await secrets.versions(workspaceId);
	const stored = await connectorStore.all(workspaceId);
	const inForce: { document: ConnectorDocument; rev: number }[] = stored.filter(
		({ name }) => name !== other?.document.metadata.name,
	);
	if (other !== undefined) inForce.push(other);
	return {
		definitions: [
			...[...connectors.values()].flatMap((connector) => connector.definitions),
			...inForce.flatMap(({ document }) => connectorDefinitions(document, versions)),
		],
		revs: new Map(inForce.map(({ document, rev }) => [document.metadata.name, rev])),
		versions,
	};
}

/** The pins of a role that grants these actions. */
export function pinsOf(granted: Iterable<ActionDefinition>, { revs }: Pick<WorkspaceActions, "revs">): RolePins {
	const pins: RolePins = { connectors: {}, secrets: {} };
	for (const { connector, http } of granted) {
		const rev = revs.get(connector);
		if (rev !== undefined) pins.connectors[connector] = rev;
		const secret = http?.service.auth?.secret;
		if (secret !== undefined) pins.secrets[secret.name] = secret.version;
	}
	return pins;
}
