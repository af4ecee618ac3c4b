/** A document as YAML: fit to be edited and applied again, and safe to print. */
import { Document, Scalar, visit } from "yaml";
import { escapeUnsafe, isUnsafe } from "../output/printable.ts";

/** Texts with unprintable characters are quoted, for only there an escape means the character itself. */
export function yamlText(value: unknown): string {
	const document = new Document(value, { aliasDuplicateObjects: false });
	visit(document, {
		Scalar(_key, scalar) {
			if (typeof scalar.value === "string" && isUnsafe(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
		},
	});
	return escapeUnsafe(document.toString({ lineWidth: 0 }));
}
