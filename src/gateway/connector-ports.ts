/** What the use cases need of connectors: their documents, what they define, and how their upstreams are. */

import type { Page } from "../contract/admin.ts";
import type { ConnectorDocument } from "../contract/connector-document.ts";
import type { AppliedConnector, ConnectorRevision, Connector as ConnectorView } from "../contract/connectors.ts";
import type { AdminAct, PageRequest } from "./ports.ts";

/** A connector as it is in force. */
export interface StoredConnector extends ConnectorView {
	document: ConnectorDocument;
}

export interface NewConnectorRevision {
	name: string;
	rev: number;
	/** SHA-256 of the document's canonical JSON. */
	hash: string;
	document: ConnectorDocument;
	/** The SHA-256 of each action's canonical JSON, and that text, in the document's order. */
	actions: { name: string; sha256: string; text: string }[];
	changed_by: string;
}

export interface ConnectorStore {
	get(workspaceId: string, name: string): Promise<StoredConnector | null>;
	list(workspaceId: string, page: PageRequest): Promise<Page<ConnectorView>>;
	/** All of a workspace, with their documents. */
	all(workspaceId: string): Promise<StoredConnector[]>;
	/** The newest revision's number, also of a connector that was deleted; 0 if there never was one. */
	newestRev(workspaceId: string, name: string): Promise<number>;
	revisions(workspaceId: string, name: string, page: PageRequest): Promise<Page<ConnectorRevision>>;
	revision(workspaceId: string, name: string, rev: number): Promise<StoredConnector | null>;
	/** False, and nothing changed, if another change took this revision number first. */
	addRevision(workspaceId: string, revision: NewConnectorRevision, act: AdminAct): Promise<boolean>;
	/** Takes the pointer away if it still is at `rev`; the revisions stay. */
	delete(workspaceId: string, name: string, rev: number, act: AdminAct): Promise<boolean>;
}

/** The definitions of a role's actions that connectors define, by the SHA-256 of their canonical JSON: written once, never changed. */
export interface DefinitionPacks {
	/** Null if no store has them whole. */
	load(workspaceId: string, sha256: string): Promise<string | null>;
	save(workspaceId: string, sha256: string, text: string): Promise<void>;
}

/** What one isolate says of an upstream: it served a call, it did not, or nothing but the question. */
export interface HealthReport {
	served: boolean | null;
	failures: number;
	open_ms: number;
}

/** How an upstream is, as all isolates see it. Told and asked beside the calls. */
export interface ConnectorHealth {
	/** Until when no calls should be sent, in milliseconds since 1970; 0 if they may. */
	report(key: string, report: HealthReport): Promise<{ open_until: number }>;
}

export type { AppliedConnector };
