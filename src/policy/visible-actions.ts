/** What an agent is told of its actions. Nothing else exists for it. */
import type { VisibleAction } from "../contract/verdict.ts";
import type { LoadedRole } from "./load-role.ts";

/** The granted actions, sorted by name. */
export function visibleActions(role: LoadedRole): VisibleAction[] {
	return [...role.actions.values()]
		.map(({ definition }) => ({
			name: definition.name,
			description: definition.description,
			input_schema: definition.input_schema,
		}))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}
