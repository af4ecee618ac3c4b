/** Visible actions -> `actions.d.ts`: with it in a project, `hk.actions.run` knows their names and inputs. */
import type { VisibleAction } from "../../../sdk/typescript/src/index.ts";
import { printable } from "../output/printable.ts";
import { commentText, keyText, typeText } from "./type-text.ts";

/**
 * The text of the file.
 * @param of - whose actions they are: `role support-agent`
 * @param command - what writes the file anew
 */
export function actionsFile(actions: readonly VisibleAction[], of: string, command: string): string {
	const members = actions.map(({ name, description, input_schema }) => {
		const type = typeText({ type: "object", ...input_schema }, { indent: 2 });
		return `\t\t${commentText(description, 2)}${keyText(name)}: ${type};\n`;
	});
	return `// The actions of ${printable(of)}. Written by: ${printable(command)}
import "@hivekey/sdk";

declare module "@hivekey/sdk" {
	interface ActionInputs {
${members.join("")}	}
}`;
}
