/** The parts of OpenAPI 3.1 that the document uses. @see https://spec.openapis.org/oas/v3.1.0 */

/** A JSON Schema (2020-12), as plain data. */
export interface Schema {
	[keyword: string]: unknown;
}

export interface MediaType {
	schema: Schema;
	examples?: Record<string, { summary: string; value: unknown }>;
}

export interface Header {
	description: string;
	required?: boolean;
	schema: Schema;
}

export interface Reference {
	$ref: string;
}

export interface ResponseObject {
	description: string;
	headers: Record<string, Header | Reference>;
	content?: Record<string, MediaType>;
}

export interface Parameter {
	name: string;
	in: "path" | "query" | "header";
	description?: string;
	required: boolean;
	schema: Schema;
}

export interface Operation {
	operationId: string;
	tags: string[];
	summary: string;
	description?: string;
	/** The scopes of an administrator's key of which one is enough; `admin` always is. */
	"x-scopes"?: string[];
	security: Record<string, string[]>[];
	parameters?: (Parameter | Reference)[];
	requestBody?: { required: boolean; content: Record<string, MediaType> };
	responses: Record<string, ResponseObject | Reference>;
}

export type Method = "get" | "post" | "put" | "patch" | "delete";

export interface OpenApi {
	openapi: "3.1.0";
	info: Record<string, unknown>;
	servers: { url: string; description: string }[];
	tags: { name: string; description: string }[];
	paths: Record<string, Partial<Record<Method, Operation>>>;
	components: {
		securitySchemes: Record<string, Schema>;
		parameters: Record<string, Parameter>;
		headers: Record<string, Header>;
		responses: Record<string, ResponseObject>;
		schemas: Record<string, Schema>;
	};
}
