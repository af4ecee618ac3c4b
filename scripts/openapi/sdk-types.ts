/** The components of openapi.json -> the SDK's types of the wire, `sdk/typescript/src/wire.generated.ts`. */
import { join } from "node:path";
import { commentText, typeText } from "../../cli/src/types/type-text.ts";
import { ROOT } from "../gateway/build-worker.ts";

export const SDK_TYPES_PATH = join(ROOT, "sdk", "typescript", "src", "wire.generated.ts");

const HEAD = "/** What goes over the wire, from openapi.json. Written by `node scripts/openapi.mjs`; do not edit. */\n";
const COMPONENT = "#/components/schemas/";

/** The text of the file. */
export function sdkTypesText(documentText: string): string {
	const document = JSON.parse(documentText) as { components: { schemas: Record<string, { description?: string }> } };
	const nameOf = (ref: string) => (ref.startsWith(COMPONENT) ? ref.slice(COMPONENT.length) : undefined);
	const types = Object.entries(document.components.schemas).map(([name, schema]) => {
		const text = typeText(schema, { nameOf });
		const isObject = text.startsWith("{") && text.endsWith("}") && !text.includes("\n} ");
		return `\n${commentText(schema.description, 0)}export ${isObject ? `interface ${name} ${text}` : `type ${name} = ${text};`}\n`;
	});
	return HEAD + types.join("");
}
