/** What the conditions of one guard share while they are compiled for one action. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import type { ConditionDocument } from "../contract/role-document.ts";
import type { CelResult } from "./cel/lower-cel.ts";
import type { CompiledCondition } from "./compiled-role.ts";
import type { Finding } from "./document-positions.ts";
import type { ElementScope } from "./resolve-field.ts";

export interface ConditionScope {
	definition: ActionDefinition;
	/** All granted actions that the guard matches, this one among them. */
	definitions: ActionDefinition[];
	/** The conditions under `let`. */
	named: Readonly<Record<string, ConditionDocument>>;
	/** The lists that there are, by name; what is taken is noted in `usedLists`. */
	lists: ReadonlyMap<string, readonly Json[]>;
	usedLists: Set<string>;
	/** Expressions that have been lowered, by their text. */
	lowered: Map<string, CelResult>;
	/** The element that fields are of, within `every`, `some` and `none`. */
	element: ElementScope | null;
	/** Where mistakes go. */
	findings: Finding[];
	/** Where go what is allowed, and seldom meant. */
	warnings: Finding[];
}

/** Stands for what could not be compiled; its finding keeps the role from being used. */
export const FAILED: CompiledCondition = { const: false };
