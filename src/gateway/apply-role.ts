/**
 * `PUT` and `PATCH /v1/roles/{name}`: parse, compile, store, publish, push. Answered as done only when every ledger that the
 * role binds has heard of it, so that it is in force at the next request; safe to run again when it is not.
 */
import type { AppliedRole, Comparison, Warning } from "../contract/admin.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { compileRole, type WorkspaceLists } from "../policy/compile-role.ts";
import type { CompiledRole } from "../policy/compiled-role.ts";
import { sortedProblems } from "../policy/document-positions.ts";
import { mergePatch } from "../policy/merge-patch.ts";
import { type ParsedDocument, parseRoleSource, parseRoleValue } from "../policy/parse-role.ts";
import { type StoredForm, storedForm } from "../policy/stored-role.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import { compareRevision } from "./compare-revision.ts";
import type { DefinitionPacks } from "./connector-ports.ts";
import type { CompiledRoles, Digests, NewRoleRevision, RoleStore, StoredRole } from "./ports.ts";
import { NO_PRECONDITION, type Precondition, stillHolds } from "./precondition.ts";
import { type PushPorts, pushBindings } from "./push-bindings.ts";
import { pinsOf, type WorkspaceActionPorts, type WorkspaceActions, workspaceActions } from "./workspace-actions.ts";
import { type WorkspaceListPorts, workspaceLists } from "./workspace-lists.ts";

export interface ApplyRolePorts extends PushPorts, TellPorts, WorkspaceListPorts, WorkspaceActionPorts {
	store: RoleStore;
	compiled: CompiledRoles;
	definitionPacks: DefinitionPacks;
	digests: Digests;
}

export type RoleApplication =
	| { kind: "applied"; role: AppliedRole }
	/** What it would have come to: nothing was changed. */
	| { kind: "planned"; role: AppliedRole }
	| { kind: "would_widen"; comparison: Comparison }
	| { kind: "invalid"; problems: ProblemItem[] }
	| { kind: "not_found" }
	| { kind: "stale" }
	| { kind: "busy" }
	| { kind: "not_everywhere"; agents: string[] };

/** What else is asked of an application. */
export interface ApplyOptions {
	/** Say what it would do, and change nothing. */
	dryRun: boolean;
	/** Refuse what lets more pass than the revision that it replaces, and what nobody can tell of. */
	noWiden: boolean;
}

const AS_IT_IS: ApplyOptions = { dryRun: false, noWiden: false };

/** How often another change may take the number that this one wanted. */
const ROUNDS = 5;

/** Applies a role file. */
export async function putRole(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	file: { source: Uint8Array; format: "yaml" | "json" },
	precondition: Precondition = NO_PRECONDITION,
	options: ApplyOptions = AS_IT_IS,
): Promise<RoleApplication> {
	const parsed = parseRoleSource(file.source, { format: file.format });
	if (!parsed.ok) return { kind: "invalid", problems: await allProblems(ports, by, parsed) };
	const document = parsed.documents[0];
	if (!document || parsed.documents.length > 1) {
		const message = `one role at a time: this has ${parsed.documents.length} documents`;
		return { kind: "invalid", problems: [{ path: "", code: "document_count", message }] };
	}
	return apply(ports, by, name, precondition, async () => document, options);
}

/** Applies a merge patch (RFC 7396) to the role in force. */
export function patchRole(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	patch: Json,
	precondition: Precondition = NO_PRECONDITION,
	options: ApplyOptions = AS_IT_IS,
): Promise<RoleApplication> {
	const patched = async (current: StoredRole | null) => current && asDocument(mergePatch(current.document, patch));
	return apply(ports, by, name, precondition, patched, options);
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

/**
 * Applies the role in force again, against today's lists: the same document, and a new revision if they are others. What its
 * patterns stand for stays as it was.
 */
export function reapplyRole(ports: ApplyRolePorts, by: Administrator, name: string): Promise<RoleApplication> {
	return apply(
		ports,
		by,
		name,
		NO_PRECONDITION,
		async (current) => current && storedDocument(ports, by.key.workspace_id, current),
	);
}

/** The document of a role in force, and what it grants now. */
export async function storedDocument(
	{ compiled }: Pick<ApplyRolePorts, "compiled">,
	workspaceId: string,
	role: StoredRole,
): Promise<NonNullable<Wanted>> {
	const within = await compiled.granted(workspaceId, role.hash);
	if (within === null) {
		const message = "what the role in force grants cannot be read; apply the role again";
		return { ok: false, problems: [{ path: "", code: "unreadable_role", message }] };
	}
	const document = asDocument(role.document);
	return "ok" in document ? document : { ...document, within };
}

function asDocument(value: Json): NonNullable<Wanted> {
	const parsed = parseRoleValue(value);
	if (parsed.ok) return { document: parsed.document, source: JSON.stringify(value, null, 2) };
	return { ...parsed, rest: parsed.rest === null ? [] : [{ document: parsed.rest }] };
}

/** What was found in reading a role, and what else is wrong with it. */
async function allProblems(
	ports: ApplyRolePorts,
	by: Administrator,
	{ problems, rest = [] }: Unreadable,
): Promise<ProblemItem[]> {
	const all = [...problems];
	const { definitions } = await workspaceActions(ports, by.key.workspace_id);
	for (const { document, position } of rest) {
		const lists = await workspaceLists(ports, by.key.workspace_id, document);
		const compiled = compileRole(document, 1, definitions, position, lists);
		if (!compiled.ok) all.push(...compiled.problems);
	}
	return sortedProblems(all);
}

/** A document that was parsed; one that was patched has no positions. */
type Applicable = Pick<ParsedDocument, "document" | "source"> &
	Partial<Pick<ParsedDocument, "position">> & { /** The only actions that it may grant. */ within?: ReadonlySet<string> };

/** A document to apply, or why there is none; null if the role to change does not exist. */
type Wanted = Applicable | Unreadable | null;
/** `rest` is what could be read, to find what else is wrong. */
type Unreadable = { ok: false; problems: ProblemItem[]; rest?: Pick<Applicable, "document" | "position">[] };

async function apply(
	ports: ApplyRolePorts,
	by: Administrator,
	name: string,
	precondition: Precondition,
	wanted: (current: StoredRole | null) => Promise<Wanted>,
	{ dryRun, noWiden }: ApplyOptions = AS_IT_IS,
): Promise<RoleApplication> {
	const workspaceId = by.key.workspace_id;
	for (let round = 0; round < ROUNDS; round++) {
		const current = await ports.store.get(workspaceId, name);
		if (!stillHolds(precondition, current)) return { kind: "stale" };
		const parsed = await wanted(current);
		if (parsed === null) return { kind: "not_found" };
		if ("ok" in parsed) return { kind: "invalid", problems: await allProblems(ports, by, parsed) };
		if (parsed.document.metadata.name !== name) return { kind: "invalid", problems: [otherName(parsed, name)] };

		const newestRev = current?.rev ?? (await ports.store.newestRev(workspaceId, name));
		const lists = await workspaceLists(ports, workspaceId, parsed.document);
		const actions = await workspaceActions(ports, workspaceId);
		const next = nextRevision(ports, by, current, newestRev, parsed, lists, actions);
		if ("problems" in next) return { kind: "invalid", problems: next.problems };
		const { revision, role, pack } = next;
		const changed = revision.rev !== current?.rev;
		const change = current === null ? "created" : changed ? "updated" : "unchanged";
		// With the very revision that is replaced: should another take the number first, this round is gone through again.
		const comparison = dryRun || noWiden ? await compareRevision(ports, workspaceId, current, revision.hash, role) : undefined;
		if (comparison !== undefined && noWiden && comparison.result !== "does_not_widen") return { kind: "would_widen", comparison };
		if (dryRun) return { kind: "planned", role: appliedRole(revision, change, comparison) };
		if (changed) {
			if (pack) await ports.definitionPacks.save(workspaceId, pack.sha256, pack.text);
			const act = adminAct(ports, by, "role.apply", { fields: { role: name, rev: revision.rev, hash: revision.hash } });
			if (!(await ports.store.addRevision(workspaceId, revision, act))) continue;
			tellLog(ports, workspaceId);
		}
		return publish(ports, workspaceId, revision, appliedRole(revision, change, comparison));
	}
	return { kind: "busy" };
}

interface NextRevision {
	revision: NewRoleRevision;
	/** The same, compiled. */
	role: CompiledRole;
	/** The definitions that lie apart from it. */
	pack: StoredForm["pack"];
}

/** The revision to store: the one in force if nothing would change, else the next. */
function nextRevision(
	ports: ApplyRolePorts,
	by: Administrator,
	current: StoredRole | null,
	newestRev: number,
	parsed: Applicable,
	lists: WorkspaceLists,
	actions: WorkspaceActions,
): NextRevision | { problems: ProblemItem[] } {
	const document = parsed.document as unknown as JsonObject;
	const at = (rev: number) => {
		const result = compileRole(parsed.document, rev, actions.definitions, parsed.position, lists, parsed.within);
		if (!result.ok) return { problems: result.problems };
		const role = result.compiled;
		const { text: compiled, pack } = storedForm(role, ports.digests.sha256);
		const granted = Object.values(role.actions).map(({ definition }) => definition);
		const revision: NewRoleRevision = {
			name: parsed.document.metadata.name,
			rev,
			hash: ports.digests.sha256(compiled),
			grants: granted.length,
			warnings: result.warnings as unknown as Json[],
			document,
			source: parsed.source,
			compiled,
			pins: pinsOf(granted, actions),
			changed_by: by.key.id,
		};
		return { revision, role, pack };
	};
	if (current === null) return at(newestRev + 1);
	const same = at(current.rev);
	if ("problems" in same) return same;
	const unchanged = same.revision.hash === current.hash && canonicalJson(document) === canonicalJson(current.document);
	return unchanged ? same : at(current.rev + 1);
}

/** KV, then the ledgers. */
async function publish(
	ports: ApplyRolePorts,
	workspaceId: string,
	revision: NewRoleRevision,
	role: AppliedRole,
): Promise<RoleApplication> {
	await ports.compiled.save(workspaceId, revision.hash, revision.compiled);
	const pushed = await pushBindings(ports, workspaceId, { role: revision.name });
	return pushed.kind === "not_everywhere" ? pushed : { kind: "applied", role };
}

function appliedRole(
	{ name, rev, hash, grants, warnings, document }: NewRoleRevision,
	change: AppliedRole["change"],
	comparison: Comparison | undefined,
): AppliedRole {
	const role = { name, rev, hash, grants, warnings: warnings as unknown as Warning[], document, change };
	return comparison === undefined ? role : { ...role, comparison };
}

function otherName(parsed: Applicable, name: string): ProblemItem {
	return {
		path: "metadata.name",
		code: "name_mismatch",
		message: `the document is of role ${JSON.stringify(parsed.document.metadata.name)}, the address of ${JSON.stringify(name)}`,
		...(parsed.position?.("metadata.name") ?? {}),
	};
}
