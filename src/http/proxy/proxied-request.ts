/**
 * A request that an SDK made for an upstream, as the call of an action: its method and path say which, everything in it goes back into
 * the action's input. What is sent later is made of that input alone, so that guards and upstream see the same.
 */
import type { ErrorStyle } from "../../contract/connector-document.ts";
import type { HttpAction } from "../../contract/http-action.ts";
import type { Asked, BodyRead, InputFault, InputRead } from "../../gateway/govern-action.ts";
import { AddressIndex, type HttpDefinition } from "../../policy/connector/address-index.ts";
import { type IncomingRequest, readPairs, readRequest, readSegments } from "../../policy/connector/read-request.ts";
import type { LoadedRole } from "../../policy/load-role.ts";
import { parseStrictJson } from "../../policy/strict-json.ts";
import { decodeUtf8 } from "../../policy/utf8.ts";
import { readBody } from "../read-body.ts";
import type { LinkFrame } from "./upstream-answer.ts";

const BODY_MAX_BYTES = 1_048_576;
const PREFIX = /^\/v1\/proxy\/([^/]*)(\/.*)?$/;
/** A path that is no action's is on the log as it was asked for, but not at any length. */
const SHOWN_CHARACTERS = 160;

export class ProxiedRequest {
	readonly #request: Request;
	readonly #token: string | null;
	readonly #url: URL;
	readonly #connector: string;
	/** Below the connector, encoded as it came. */
	readonly path: string;
	#type = "";
	/** How the action is carried out; null until it is known. */
	http: HttpAction | null = null;
	/** How refusals are worded, once the connector is known. */
	style: ErrorStyle = "generic";

	constructor(request: Request, token: string | null) {
		this.#request = request;
		this.#token = token;
		this.#url = new URL(request.url);
		const [, connector = "", path = "/"] = PREFIX.exec(this.#url.pathname) ?? [];
		this.#connector = connector;
		this.path = path;
	}

	/** What links in the answer are read against; to be asked once the action is known. */
	get frame(): LinkFrame {
		const service = this.http?.service;
		return {
			upstream: (service?.origin ?? "") + (service?.base_path ?? ""),
			base: `${this.#url.origin}/v1/proxy/${this.#connector}`,
			address: this.#url.href,
		};
	}

	/** Which action it asks for, of those that a role grants. */
	asks(role: LoadedRole): Asked {
		const { method } = this.#request;
		const connector = proxiedConnectors(role).get(this.#connector);
		if (connector !== undefined) this.style = connector.style;
		const segments = readSegments(this.path);
		const definition = segments === null ? null : (connector?.index.find(method, segments) ?? null);
		if (segments === null || definition === null) return { action: this.#label(), read: () => NOTHING_READ };
		this.http = definition.http;
		return { action: definition.name, read: (body) => this.#read(definition, segments, body) };
	}

	/** Its body, whose type is looked at once it is known what the action takes. */
	async body(): Promise<BodyRead> {
		if (this.#request.body === null) return { ok: true, bytes: new Uint8Array() };
		const read = await readBody(this.#request, { types: "any", maxBytes: BODY_MAX_BYTES });
		if (read.ok) this.#type = read.type;
		return read;
	}

	#read(definition: HttpDefinition, segments: string[], bytes: Uint8Array): InputRead {
		const query = readPairs(this.#url.search.slice(1));
		if (query === null) return fault("malformed_request", "", "the query's percent-encoding is broken");
		const body = bytes.length === 0 ? null : readContent(definition, this.#type, bytes);
		if (body !== null && "ok" in body) return body;
		const header = (name: string) => this.#header(name);
		const read = readRequest(definition, { method: this.#request.method, segments, query, header, body });
		if (read.ok) return { ok: true, value: read.input };
		return { ok: false, fault: "invalid_request", problems: read.problems };
	}

	/** No input ever holds the token. */
	#header(name: string): string | null {
		const value = this.#request.headers.get(name);
		return value === null || (this.#token !== null && value.includes(this.#token)) ? null : value;
	}

	#label(): string {
		const label = `${this.#request.method} ${this.#connector}${this.path.slice(0, SHOWN_CHARACTERS)}`;
		return this.#token === null ? label : label.replaceAll(this.#token, "…");
	}
}

const NOTHING_READ: InputRead = fault("invalid_request", "", "no action has this address");

function fault(kind: InputFault, path: string, message: string): InputRead {
	return { ok: false, fault: kind, problems: [{ path, code: kind, message }] };
}

/** The body as its own action takes it. One that is of another type is none that anybody has looked into. */
function readContent({ http }: HttpDefinition, type: string, bytes: Uint8Array): IncomingRequest["body"] | InputRead {
	const { body } = http;
	if (body === undefined) return fault("malformed_request", "", "the action takes no body");
	const [wanted = ""] = body.content_type.split(";");
	const isJson = body.format === "json" && (type === "application/json" || /^application\/[a-z0-9.-]+\+json$/.test(type));
	if (type !== wanted && !isJson) return fault("unsupported_media_type", "", `the action takes a body of the type ${wanted}`);
	if (body.format === "json") {
		const parsed = parseStrictJson(bytes);
		return parsed.ok ? { json: parsed.value } : { ok: false, fault: "malformed_body", problems: [parsed.problem] };
	}
	const text = decodeUtf8(bytes);
	if (text === null) return fault("malformed_body", "", "the body is not UTF-8");
	if (body.format === "text") return { text };
	const form = readPairs(text);
	return form === null ? fault("malformed_body", "", "the form's percent-encoding is broken") : { form };
}

interface ProxiedConnector {
	index: AddressIndex;
	style: ErrorStyle;
}

const connectors = new WeakMap<LoadedRole, Map<string, ProxiedConnector>>();

/** The connectors of the actions that a role grants, where they let SDKs through. */
function proxiedConnectors(role: LoadedRole): Map<string, ProxiedConnector> {
	const known = connectors.get(role);
	if (known !== undefined) return known;
	const definitions = new Map<string, HttpDefinition[]>();
	for (const { definition } of role.actions.values()) {
		if (definition.http?.service.proxy === undefined) continue;
		const granted = definitions.get(definition.connector) ?? [];
		granted.push(definition as HttpDefinition);
		definitions.set(definition.connector, granted);
	}
	const made = new Map(
		[...definitions].map(([name, granted]): [string, ProxiedConnector] => [
			name,
			{ index: new AddressIndex(granted), style: granted[0]?.http.service.proxy?.error_style ?? "generic" },
		]),
	);
	connectors.set(role, made);
	return made;
}
