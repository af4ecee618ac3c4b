/**
 * A compiled role as it rests. Definitions of connectors' actions lie apart from it, in one pack under the hash of its bytes, which the
 * role names: a role over nine hundred actions would not fit into a row. So the role's own hash still names everything.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import { canonicalJson } from "./canonical-json.ts";
import { COMPILED_VERSION, type CompiledAction, type CompiledRole } from "./compiled-role.ts";
import { isCompiledRole } from "./load-role.ts";

/** Of a role whose definitions lie apart. A version of the code that does not know it compiles such a role again. */
export const PACKED_VERSION = 2;

/** What is stored in the role's place: `definitions` is the SHA-256 of the pack. */
type PackedRole = Omit<CompiledRole, "v" | "actions"> & {
	v: typeof PACKED_VERSION;
	definitions: string;
	actions: Record<string, Omit<CompiledAction, "definition"> & { definition?: ActionDefinition }>;
};

export interface StoredForm {
	/** The bytes under whose hash the role is stored. */
	text: string;
	/** Canonical JSON: action -> definition. */
	pack?: { sha256: string; text: string };
}

/**
 * @param sha256 - of a text, as hex
 */
export function storedForm(role: CompiledRole, sha256: (text: string) => string): StoredForm {
	const apart = Object.entries(role.actions).filter(([, { definition }]) => definition.http !== undefined);
	if (apart.length === 0) return { text: canonicalJson(role as unknown as Json) };
	const packText = canonicalJson(
		Object.fromEntries(apart.map(([name, { definition }]) => [name, definition])) as unknown as Json,
	);
	const pack = { sha256: sha256(packText), text: packText };
	const actions: PackedRole["actions"] = { ...role.actions };
	for (const [name, { definition: _apart, ...action }] of apart) actions[name] = action;
	const packed: PackedRole = { ...role, v: PACKED_VERSION, definitions: pack.sha256, actions };
	return { text: canonicalJson(packed as unknown as Json), pack };
}

/** What a stored text is: a whole role, one that needs its pack, or nothing that this version of the code can read. */
export type ReadStored =
	| { kind: "whole"; role: CompiledRole }
	| { kind: "packed"; definitions: string; join: (pack: string) => CompiledRole | null };

export function readStoredRole(text: string): ReadStored | null {
	let value: Partial<PackedRole> | null;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	if (typeof value !== "object" || value === null) return null;
	if (value.v !== PACKED_VERSION) {
		const role = value as unknown as CompiledRole;
		return isCompiledRole(role) ? { kind: "whole", role } : null;
	}
	const packed = value as PackedRole;
	if (typeof packed.definitions !== "string") return null;
	return { kind: "packed", definitions: packed.definitions, join: (pack) => joined(packed, pack) };
}

function joined({ definitions: _sha256, v: _packed, ...packed }: PackedRole, pack: string): CompiledRole | null {
	const definitions: Record<string, ActionDefinition> = JSON.parse(pack);
	const actions: Record<string, CompiledAction> = {};
	for (const [name, action] of Object.entries(packed.actions)) {
		const definition = action.definition ?? definitions[name];
		if (definition === undefined) return null;
		actions[name] = { ...action, definition };
	}
	const role: CompiledRole = { ...packed, v: COMPILED_VERSION, actions };
	return isCompiledRole(role) ? role : null;
}
