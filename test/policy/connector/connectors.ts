/** Connector documents from YAML, for the tests. */
import type { ActionDefinition } from "../../../src/contract/action-definition.ts";
import type { HttpAction } from "../../../src/contract/http-action.ts";
import { connectorDefinitions } from "../../../src/policy/connector/compile-connector.ts";
import { parseDocuments } from "../../../src/policy/parse-documents.ts";

export type HttpDefinition = ActionDefinition & { http: HttpAction };

/** A whole document around actions in flow or block style, each line of them indented by two. */
export function connectorText(actions: string, http = "  base_url: https://api.example.com/v2"): string {
	return `apiVersion: policy.hivekey.ai/v1\nkind: Connector\nmetadata: { name: crm }\nhttp:\n${http}\nactions:\n${actions}`;
}

/** The definitions of a text's one document. */
export function definitionsOf(text: string): HttpDefinition[] {
	const { documents, problems } = parseDocuments(text, { format: "yaml" });
	const [document] = documents;
	if (document?.kind !== "Connector") throw new Error(JSON.stringify(problems));
	return connectorDefinitions(document.document) as HttpDefinition[];
}

/** What is wrong with a text: `path code`, in the order of the file. */
export function faultsOf(text: string): string[] {
	return parseDocuments(text, { format: "yaml" }).problems.map(({ path, code }) => `${path} ${code}`);
}
