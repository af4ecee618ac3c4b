/** One operation, in one form whatever version of OpenAPI it was written in. */
import type { Json } from "../../../src/contract/json.ts";

export type ParameterPlace = "path" | "query" | "header" | "cookie";

export interface Parameter {
	name: string;
	place: ParameterPlace;
	required: boolean;
	description: string;
	schema: Json;
	/** Where the schema stands. */
	schemaPointer: string;
	/** OpenAPI's words: form, simple, deepObject, spaceDelimited, pipeDelimited, matrix, label. */
	style: string;
	explode: boolean;
	/** The value is text of this media type, not a parameter in the common forms. */
	mediaType?: string;
	/** GitHub's mark of a value with slashes in it. */
	hasSlashes: boolean;
	pointer: string;
}

export interface RequestBody {
	required: boolean;
	/** Media type -> its schema and where that stands. */
	media: { type: string; schema: Json; pointer: string }[];
	pointer: string;
}

export interface Operation {
	/** In upper case. */
	method: string;
	/** As it is in the document. */
	path: string;
	pointer: string;
	operationId: string | undefined;
	tags: string[];
	description: string;
	isDeprecated: boolean;
	parameters: Parameter[];
	body: RequestBody | undefined;
	/** The document's, unless the operation or its path has its own. */
	servers: Json[] | undefined;
	/** Alternatives of what has to be shown; undefined: what the document says for all. */
	security: Json[] | undefined;
}

/** An operation of which only the names could be read, and why. */
export interface LeftOut {
	method: string;
	path: string;
	operationId: string | undefined;
	reason: string;
	/** Where in the document, if the document is to blame. */
	pointer?: string;
}

/** How lists of operations name one. */
export function label({ method, path }: { method: string; path: string }): string {
	return `${method} ${path}`;
}
