/** How the texts of a field are compared, as far as it matters for which texts a test can tell apart. */
import type { CompiledField } from "../compiled-role.ts";
import { DERIVED_FIELDS } from "../fields/derived.ts";
import type { Target } from "../operators/operator.ts";

export interface Reads {
	as: Target["reads"];
	/** `*.acme.com` names every subdomain. */
	wildcards: boolean;
	/** No value has an upper-case letter. */
	lower: boolean;
	/** Texts that differ in case only leave it open whether they are equal. */
	careful: boolean;
}

export function readsOfField(field: CompiledField): Reads {
	const as = readsAs(field);
	const lower = as === "domain" || as === "host" || as === "scheme";
	return { as, wildcards: as === "domain" || as === "host", lower, careful: as !== "plain" && !lower };
}

function readsAs(field: CompiledField): Target["reads"] {
	if (field.from !== "input") return "plain";
	if (field.derived !== undefined) return DERIVED_FIELDS.get(field.derived)?.operands ?? "plain";
	return field.reads ?? "plain";
}
