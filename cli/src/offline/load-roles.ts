/** The roles of files, compiled and loaded as the gateway would, against the actions that are known without one. */
import { createHash } from "node:crypto";
import type { ActionDefinition } from "../../../src/contract/action-definition.ts";
import type { Warning } from "../../../src/contract/admin.ts";
import type { Json } from "../../../src/contract/json.ts";
import { mailActions } from "../../../src/contract/mail-actions.ts";
import { canonicalJson } from "../../../src/policy/canonical-json.ts";
import { compileRole } from "../../../src/policy/compile-role.ts";
import { connectorDefinitions } from "../../../src/policy/connector/compile-connector.ts";
import { type LoadedRole, loadRole } from "../../../src/policy/load-role.ts";
import type { ProblemLine } from "../failure.ts";
import { type DocumentOf, documentsOf, type Policy } from "./read-policy.ts";

export interface OfflineRole {
	document: DocumentOf<"Role">;
	loaded: LoadedRole;
	warnings: Warning[];
}

export interface OfflineRoles {
	/** By name; a role that cannot be compiled is not among them. */
	roles: Map<string, OfflineRole>;
	problems: ProblemLine[];
}

/** Compiles every role; of one with a mistake what can be, to find the others. */
export function loadRoles(policy: Policy): OfflineRoles {
	const definitions = definitionsIn(policy);
	const lists = listsIn(policy);
	const itemsOf = new Map([...lists.values()].map(({ sha256, items }) => [sha256, items]));
	const result: OfflineRoles = { roles: new Map(), problems: [] };
	for (const document of documentsOf(policy, "Role")) {
		const compiled = compileRole(document.document, 1, definitions, document.position, lists);
		if (!compiled.ok) {
			result.problems.push(...compiled.problems.map((problem) => ({ file: document.file, ...problem })));
			continue;
		}
		const { name } = document.document.metadata;
		const warnings = compiled.warnings.map((warning) => ({ file: document.file, ...warning }));
		const loaded = loadRole(compiled.compiled, ({ sha256 }) => itemsOf.get(sha256) ?? []);
		result.roles.set(name, { document, loaded, warnings });
	}
	for (const { document, position, file } of policy.rest) {
		const compiled = compileRole(document, 1, definitions, position, lists);
		if (!compiled.ok) result.problems.push(...compiled.problems.map((problem) => ({ file, ...problem })));
	}
	return result;
}

/** The lists among the files, as the gateway keeps them: under the digest of what they hold. */
export function listsIn(policy: Policy): Map<string, { items: readonly Json[]; sha256: string }> {
	return new Map(
		documentsOf(policy, "List").map(({ document: { metadata, items } }) => {
			const sha256 = createHash("sha256").update(canonicalJson(items)).digest("hex");
			return [metadata.name, { items, sha256 }];
		}),
	);
}

/** The actions that there are: the built-in ones, and those of the connectors among the files. */
function definitionsIn(policy: Policy): ActionDefinition[] {
	return [...mailActions, ...documentsOf(policy, "Connector").flatMap(({ document }) => connectorDefinitions(document))];
}
