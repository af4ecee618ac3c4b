/** `POST /v1/connectors/{name}/test`: what an action would send, and on request the sending of it. No role is asked: it is the administrator's act. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { ConnectorTest } from "../contract/connectors.ts";
import type { HttpAction } from "../contract/http-action.ts";
import type { JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { canonicalInput } from "../policy/canonical-input.ts";
import { buildRequest } from "../policy/connector/build-request.ts";
import { connectorDefinitions } from "../policy/connector/compile-connector.ts";
import { maskedRequest } from "../policy/connector/masked-request.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { ConnectorStore } from "./connector-ports.ts";
import { HTTP_CONNECTOR } from "./execute-call.ts";
import type { AuditStore, Connector, Outcome } from "./ports.ts";
import type { SecretStore } from "./secret-ports.ts";

export interface TestConnectorPorts extends TellPorts {
	connectors: Map<string, Connector>;
	connectorStore: Pick<ConnectorStore, "get">;
	secrets: Pick<SecretStore, "versions">;
	audit: Pick<AuditStore, "noteRead">;
}

export type TestedConnector =
	| { kind: "tested"; test: ConnectorTest }
	| { kind: "not_found"; what: string }
	| { kind: "invalid"; problems: ProblemItem[] };

/** Builds the request of an action; with `send` it goes out, after it is durably on the log that it does. */
export async function testConnector(
	ports: TestConnectorPorts,
	by: Administrator,
	name: string,
	asked: { action: string; input: JsonObject; send: boolean },
): Promise<TestedConnector> {
	const workspaceId = by.key.workspace_id;
	const [connector, versions] = await Promise.all([
		ports.connectorStore.get(workspaceId, name),
		ports.secrets.versions(workspaceId),
	]);
	if (connector === null) return { kind: "not_found", what: `there is no connector ${name}` };
	const definition = connectorDefinitions(connector.document, versions).find((one) => one.name === asked.action);
	if (definition === undefined) return { kind: "not_found", what: `the connector ${name} has no action ${asked.action}` };
	const { http } = definition as ActionDefinition & { http: HttpAction };
	const checked = canonicalInput(definition, asked.input);
	if (!checked.ok) return { kind: "invalid", problems: checked.problems };
	const built = buildRequest(http, checked.input);
	if (!built.ok) return { kind: "invalid", problems: [built.problem] };
	const request = maskedRequest(http, built.request);
	if (!asked.send) return { kind: "tested", test: { request, outcome: null } };

	const act = adminAct(ports, by, "connector.test", { fields: { connector: name, action: asked.action } });
	await ports.audit.noteRead(workspaceId, act);
	tellLog(ports, workspaceId);
	const runner = ports.connectors.get(HTTP_CONNECTOR) as Connector;
	const call = {
		act_id: act.act_id,
		workspace_id: workspaceId,
		agent: by.key.owner,
		mailbox: null,
		definition,
		input: checked.input,
	};
	return { kind: "tested", test: { request, outcome: outcomeView(await runner.execute(call)) } };
}

function outcomeView(outcome: Outcome): NonNullable<ConnectorTest["outcome"]> {
	if (outcome.kind !== "ok") return { state: outcome.kind, upstream_status: outcome.error.upstream_status, error: outcome.error };
	return { state: "executed", upstream_status: outcome.upstream_status ?? null, result: outcome.result };
}
