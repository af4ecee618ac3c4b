/** Operation ids: the noun, then what is done, as `roles.list` or `agents.tokens.create`. They are part of the wire contract. */
import type { Endpoint } from "../../src/http/endpoint.ts";

/** The path's words, without the version and the parameters' names: `["roles", "{}", "revisions"]`. */
function segments(path: string): string[] {
	return path
		.split("/")
		.filter((segment) => segment !== "" && segment !== "v1")
		.map((segment) => (segment.startsWith("{") ? "{}" : (segment.split(".")[0] as string)));
}

/** The thing that a path is about: `roles`. */
export function nounOf(path: string): string {
	return segments(path)[0] as string;
}

/**
 * A path that ends in a parameter is about one thing; one that ends in a plural word is about a collection; any other last word
 * below a noun is a verb or a view of its own: `roles.rollback`.
 */
export function operationId({ method, path }: Pick<Endpoint, "method" | "path">, answersList: boolean): string {
	const parts = segments(path);
	const words = parts.filter((part) => part !== "{}");
	const last = parts.at(-1) as string;
	if (last === "{}") return [...words, method === "post" ? "run" : method].join(".");
	if (words.length > 1 && !last.endsWith("s")) return words.join(".");
	return [...words, method === "post" ? "create" : method === "get" && answersList ? "list" : method].join(".");
}
