/**
 * `PUT` and `PATCH /v1/roles/{name}`: parse, compile, store, publish, push. Answered as done only when every ledger that the
 * role binds has heard of it, so that it is in force at the next request; safe to run again when it is not.
 */
import type { AppliedRole, Warning } from "../contract/admin.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { compiledRoleBytes, compileRole } from "../policy/compile-role.ts";
import { mergePatch } from "../policy/merge-patch.ts";
import { type ParsedDocument, parseRoleSource, parseRoleValue } from "../policy/parse-role.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { CompiledRoles, Connector, Digests, NewRoleRevision, RoleStore, StoredRole } from "./ports.ts";
import { NO_PRECONDITION, type Precondition, stillHolds } from "./precondition.ts";
import { type PushPorts, pushBindings } from "./push-bindings.ts";

export interface ApplyRolePorts extends PushPorts, TellPorts {
	store: RoleStore;
	compiled: CompiledRoles;
	connectors: Map<string, Connector>;
	digests: Digests;
}

export type RoleApplication =
	| { kind: "applied"; role: AppliedRole }
	| { kind: "invalid"; problems: ProblemItem[] }
	| { kind: "not_found" }
	| { kind: "stale" }
	| { kind: "busy" }
	| { kind: "not_everywhere"; agents: string[] };

/** How often another change may take the number that this one wanted. */
const ROUNDS = 5;

/** Applies a role file. */
export function putRole(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	file: { source: Uint8Array; format: "yaml" | "json" },
	precondition: Precondition = NO_PRECONDITION,
): Promise<RoleApplication> {
	const parsed = parseRoleSource(file.source, { format: file.format });
	if (!parsed.ok) return Promise.resolve({ kind: "invalid", problems: parsed.problems });
	const document = parsed.documents[0];
	if (!document || parsed.documents.length > 1) {
		const message = `one role at a time: this has ${parsed.documents.length} documents`;
		return Promise.resolve({ kind: "invalid", problems: [{ path: "", code: "document_count", message }] });
	}
	return apply(ports, by, name, precondition, async () => document);
}

/** Applies a merge patch (RFC 7396) to the role in force. */
export function patchRole(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	patch: Json,
	precondition: Precondition = NO_PRECONDITION,
): Promise<RoleApplication> {
	return apply(ports, by, name, precondition, async (current) => current && asDocument(mergePatch(current.document, patch)));
}

/** Applies an earlier revision again, as a new one, against today's actions. */
export function rollbackRole(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	rev: number,
	precondition: Precondition = NO_PRECONDITION,
): Promise<RoleApplication> {
	return apply(ports, by, name, precondition, async () => {
		const revision = await ports.store.revision(by.key.workspace_id, name, rev);
		return revision && asDocument(revision.document as JsonObject);
	});
}

function asDocument(value: Json): Wanted {
	const parsed = parseRoleValue(value);
	return parsed.ok ? { document: parsed.document, source: JSON.stringify(value, null, 2) } : parsed;
}

/** A document that was parsed; one that was patched has no positions. */
type Applicable = Pick<ParsedDocument, "document" | "source"> & Partial<Pick<ParsedDocument, "position">>;

/** A document to apply, or why there is none; null if the role to change does not exist. */
type Wanted = Applicable | { ok: false; problems: ProblemItem[] } | null;

async function apply(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	precondition: Precondition,
	wanted: (current: StoredRole | null) => Promise<Wanted>,
): Promise<RoleApplication> {
	const workspaceId = by.key.workspace_id;
	for (let round = 0; round < ROUNDS; round++) {
		const current = await ports.store.get(workspaceId, name);
		if (!stillHolds(precondition, current)) return { kind: "stale" };
		const parsed = await wanted(current);
		if (parsed === null) return { kind: "not_found" };
		if ("ok" in parsed) return { kind: "invalid", problems: parsed.problems };
		if (parsed.document.metadata.name !== name) return { kind: "invalid", problems: [otherName(parsed, name)] };

		const newestRev = current?.rev ?? (await ports.store.newestRev(workspaceId, name));
		const revision = nextRevision(ports, by, current, newestRev, parsed);
		if ("problems" in revision) return { kind: "invalid", problems: revision.problems };
		const changed = revision.rev !== current?.rev;
		if (changed) {
			const act = adminAct(ports, by, "role.apply", { fields: { role: name, rev: revision.rev, hash: revision.hash } });
			if (!(await ports.store.addRevision(workspaceId, revision, act))) continue;
			tellLog(ports, workspaceId);
		}
		return publish(ports, workspaceId, revision, current === null ? "created" : changed ? "updated" : "unchanged");
	}
	return { kind: "busy" };
}

/** The revision to store: the one in force if nothing would change, else the next. */
function nextRevision(
	ports: ApplyRolePorts,
	by: Administrator,
	current: StoredRole | null,
	newestRev: number,
	parsed: Applicable,
): NewRoleRevision | { problems: ProblemItem[] } {
	const actions = [...ports.connectors.values()].flatMap((connector) => connector.definitions);
	const document = parsed.document as unknown as JsonObject;
	const at = (rev: number) => {
		const result = compileRole(parsed.document, rev, actions, parsed.position);
		if (!result.ok) return { problems: result.problems };
		const compiled = compiledRoleBytes(result.compiled);
		return {
			name: parsed.document.metadata.name,
			rev,
			hash: ports.digests.sha256(compiled),
			grants: Object.keys(result.compiled.actions).length,
			warnings: result.warnings as unknown as Json[],
			document,
			source: parsed.source,
			compiled,
			changed_by: by.key.id,
		};
	};
	if (current === null) return at(newestRev + 1);
	const same = at(current.rev);
	if ("problems" in same) return same;
	const unchanged = same.hash === current.hash && canonicalJson(document) === canonicalJson(current.document);
	return unchanged ? same : at(current.rev + 1);
}

/** KV, then the ledgers. */
async function publish(
	ports: ApplyRolePorts,
	workspaceId: string,
	revision: NewRoleRevision,
	change: AppliedRole["change"],
): Promise<RoleApplication> {
	await ports.compiled.save(workspaceId, revision.hash, revision.compiled);
	const pushed = await pushBindings(ports, workspaceId, { role: revision.name });
	if (pushed.kind === "not_everywhere") return pushed;
	const { name, rev, hash, grants, document } = revision;
	return {
		kind: "applied",
		role: { name, rev, hash, grants, warnings: revision.warnings as unknown as Warning[], document, change },
	};
}

function otherName(parsed: Applicable, name: string): ProblemItem {
	return {
		path: "metadata.name",
		code: "name_mismatch",
		message: `the document is of role ${JSON.stringify(parsed.document.metadata.name)}, the address of ${JSON.stringify(name)}`,
		...(parsed.position?.("metadata.name") ?? {}),
	};
}
