/**
 * How an action of a connector is carried out over HTTP: the compiled form, plain data, part of the action's definition and so of
 * every compiled role that grants it. The mapping between input and request goes both ways: see src/policy/connector/.
 */
import type { BodyFormat, ErrorStyle, HttpMethod, ListStyle } from "./connector-document.ts";

export interface HttpAction {
	/** What all actions of the connector share. */
	service: HttpService;
	method: HttpMethod;
	/** Segments below the base path. */
	path: PathSegment[];
	/** More special paths of the same method: values that would make one of them are refused, for it is another action's. */
	reserved?: PathSegment[][];
	query: QueryParameter[];
	headers: HeaderParameter[];
	body?: HttpBody;
	response: HttpResponseRules;
	/** How often more an idempotent call is sent when the upstream could not be reached or answered 502, 503 or 504. */
	retries: number;
}

export interface HttpService {
	/** `https://api.example.com`, no path. */
	origin: string;
	/** `/v2`, or empty; never ends with a slash. */
	base_path: string;
	/** Sent with every call; names in lower case. */
	headers: Record<string, string>;
	auth?: HttpAuth;
	concurrency: number;
	breaker: { failures: number; open_ms: number };
	/** Absent where the proxy is off. */
	proxy?: { error_style: ErrorStyle; token_header?: string };
}

/** A secret by name and the version that was in force when the role was compiled; 0 while it was not set. */
export interface SecretReference {
	name: string;
	version: number;
}

export type HttpAuth =
	| { kind: "bearer"; secret: SecretReference }
	| { kind: "header"; secret: SecretReference; name: string; prefix: string }
	| { kind: "basic"; secret: SecretReference; username: string }
	| { kind: "query"; secret: SecretReference; name: string }
	| {
			kind: "oauth2";
			secret: SecretReference;
			token_url: string;
			client_id: string;
			scopes: string[];
			audience?: string;
	  };

/** What a text on the wire is read as: the type that the input's schema gives the field. */
export type WireType = "string" | "integer" | "number" | "boolean";

export type PathSegment =
	/** As it stands in the address, not encoded. */
	| { text: string }
	/**
	 * A field of the input. `slashes` says how a value with slashes goes: `encoded` keeps it one segment (`{ref+}`), `rest` makes
	 * it all that is left of the path (`{path*}`); a value with one is refused if left out. `values`: the only ones that there are.
	 */
	| { field: string; type: WireType; slashes?: "encoded" | "rest"; values?: string[]; prefix?: string; suffix?: string };

export type QueryParameter =
	| { name: string; field: string; type: WireType; list?: ListStyle }
	/** An object, `name[key]=value`; read by the field's own schema. */
	| { name: string; field: string; deep: true }
	| { name: string; const: string };

export type HeaderParameter = { name: string; field: string; type: WireType } | { name: string; const: string };

export interface HttpBody {
	format: BodyFormat;
	content_type: string;
	/** The whole body is one field's value. */
	field?: string;
	/** Name on the wire -> field of the input; all fields that are used nowhere else if neither this nor `field` is there. */
	fields?: Record<string, string>;
	wrap?: string;
}

export interface HttpResponseRules {
	max_bytes: number;
	fields?: string[];
	hide?: string[];
	/** Names in lower case; the result is `{status, headers, body}` where there are any, else the body alone. */
	headers?: string[];
}
