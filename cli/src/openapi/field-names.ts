/** Names of an action's fields: fit for a guard's path, and no two alike, wherever their values go. */
import { FORBIDDEN_KEYS } from "../../../src/policy/forbidden-keys.ts";

export type FieldPlace = "path" | "query" | "header" | "body";

const NAME_MAX = 128;

export class FieldNames {
	readonly #taken = new Set<string>();

	/**
	 * A free name for what is called `name` on the wire: itself where a guard can say it and nothing has it yet.
	 * A second `id` is `body_id`, `query_id` or `header_id`.
	 */
	take(name: string, place: FieldPlace): string {
		const plain = plainName(place === "header" ? name.toLowerCase().replaceAll("-", "_") : name);
		const candidates = [plain, `${place}_${plain}`];
		for (let count = 2; ; count++) {
			const candidate = candidates.shift() ?? `${place}_${plain}_${count}`;
			if (this.#taken.has(candidate)) continue;
			this.#taken.add(candidate);
			return candidate;
		}
	}
}

/** `filter[status]` is `filter_status`: dots, brackets and blanks mean something in a guard's path. */
function plainName(name: string): string {
	const plain = name
		.replace(/[^\p{L}\p{N}_$@-]+/gu, "_")
		.replace(/^_+(?=.)|(?<=.)_+$/g, (edge) => (name.startsWith(edge) || name.endsWith(edge) ? edge : ""))
		.slice(0, NAME_MAX - 16);
	return plain === "" || plain === "_" || FORBIDDEN_KEYS.has(plain) ? `field${plain}` : plain;
}
