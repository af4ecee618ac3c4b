/** Where the API is and how it is shown who calls: servers and security schemes -> `http.base_url` and `http.auth`. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { parameterOf } from "../../../src/policy/connector/check-connector.ts";
import { isObject, listAt, type OpenApiDocument, own, textAt, Unreadable } from "./document.ts";
import { attempt } from "./read-operations.ts";
import { resolved } from "./references.ts";

/** The addresses of a list of servers, variables at their standard values; what is no address is left out. */
export function addressesOf(servers: Json[], from: URL | undefined): string[] {
	return servers.flatMap((server) => {
		const template = textAt(server, "url");
		if (template === undefined) return [];
		const variables = own(server, "variables");
		const text = template.replace(/\{([^}]*)\}/g, (whole, name: string) => textAt(own(variables, name), "default") ?? whole);
		const address = text.startsWith("//") ? attemptUrl(`https:${text}`) : attemptUrl(text, from);
		return address === undefined || text.includes("{") ? [] : [address.href.replace(/\/$/, "")];
	});
}

/** The addresses that the document names for all operations. */
export function documentAddresses({ version, root }: OpenApiDocument, from: URL | undefined): string[] {
	if (version !== "2.0") return addressesOf(listAt(root, "servers"), from);
	const host = textAt(root, "host");
	const schemes = listAt(root, "schemes").map(String);
	const scheme = schemes.includes("https") || schemes.length === 0 ? "https" : (schemes[0] ?? "https");
	const basePath = textAt(root, "basePath") ?? "";
	return addressesOf([{ url: host === undefined ? basePath : `${scheme}://${host}${basePath}` }], from);
}

function attemptUrl(text: string, base?: URL): URL | undefined {
	try {
		const url = new URL(text, base);
		return /^https?:$/.test(url.protocol) ? url : undefined;
	} catch {
		return undefined;
	}
}

export interface FoundAuth {
	/** As a connector document says it. */
	auth: JsonObject | undefined;
	/** The secret that has to be set. */
	secret: string | undefined;
	/** Names of parameters that carry the credential, in lower case. */
	credentials: Set<string>;
	notes: string[];
}

interface Scheme {
	name: string;
	value: JsonObject;
}

/** The auth that the document's security schemes come to: the first of what it asks for that the gateway can do. */
export function authOf(document: OpenApiDocument, connector: string, secretName: string | undefined): FoundAuth {
	const { root, version } = document;
	const declared = version === "2.0" ? own(root, "securityDefinitions") : own(own(root, "components"), "securitySchemes");
	const schemes = new Map<string, JsonObject>();
	for (const [name, value] of Object.entries(isObject(declared) ? declared : {})) {
		const at = attempt(() => resolved(root, value, "/components/securitySchemes"));
		if (!(at instanceof Unreadable)) schemes.set(name, at.value);
	}
	const credentials = new Set(
		[...schemes.values()].flatMap((scheme) =>
			textAt(scheme, "type") === "apiKey" ? [parameterOf(textAt(scheme, "name") ?? "")] : [],
		),
	);
	const asked = listAt(root, "security")
		.filter(isObject)
		.map((requirement) => Object.keys(requirement));
	const alternatives = (asked.length > 0 ? asked : [...schemes.keys()].map((name) => [name])).map((names) =>
		names.flatMap((name): Scheme[] => (schemes.has(name) ? [{ name, value: schemes.get(name) as JsonObject }] : [])),
	);
	const ranked = alternatives
		.filter((all) => all.length > 0)
		.map((all) => ({ all, rank: Math.min(...all.map(rankOf)) + (all.length > 1 ? 0.5 : 0) }))
		.sort((a, b) => a.rank - b.rank);
	const [best] = ranked;
	if (best === undefined || best.rank >= UNKNOWN) return { auth: undefined, secret: undefined, credentials, notes: [NO_SCHEME] };
	const scheme = best.all.reduce((left, right) => (rankOf(right) < rankOf(left) ? right : left));
	const { auth, secret, note } = written(scheme, connector, secretName);
	const others = best.all.filter((one) => one !== scheme).map(({ name }) => name);
	const notes = [...(note === undefined ? [] : [note])];
	if (others.length > 0)
		notes.push(`The API asks for ${others.join(" and ")} as well; a connector has one secret. Ask its operator.`);
	return { auth, secret, credentials, notes };
}

const NO_SCHEME =
	"The document does not say how calls are authenticated. If they are, add for example\n  auth: { bearer: { secret: api-token } }\nto `http`, or import again with --auth.";

const UNKNOWN = 9;

/** What is preferred where the API takes several. */
function rankOf({ value }: Scheme): number {
	const type = textAt(value, "type");
	const scheme = textAt(value, "scheme")?.toLowerCase();
	if (type === "http" && scheme === "bearer") return 0;
	if (type === "apiKey" && textAt(value, "in") === "header") return 1;
	if (type === "oauth2") return tokenUrlOf(value) === undefined ? 4 : 2;
	if (type === "openIdConnect") return 5;
	if ((type === "http" && scheme === "basic") || type === "basic") return 3;
	if (type === "apiKey" && textAt(value, "in") === "query") return 6;
	return UNKNOWN;
}

function written(
	{ value }: Scheme,
	connector: string,
	secretName: string | undefined,
): { auth: JsonObject; secret: string; note?: string } {
	const type = textAt(value, "type");
	const named = (kind: string) => secretName ?? `${connector}-${kind}`.slice(0, 63);
	const name = textAt(value, "name") ?? "";
	if (type === "apiKey" && textAt(value, "in") === "header") {
		const secret = named("key");
		if (name.toLowerCase() !== "authorization") return { auth: { header: { name, secret } }, secret };
		const note = 'The key stands in `Authorization` as it is; where the API wants a word before it, add `prefix: "Bearer "`.';
		return { auth: { header: { name, secret } }, secret, note };
	}
	if (type === "apiKey") {
		const secret = named("key");
		return { auth: { query: { name, secret } }, secret };
	}
	if (type === "basic" || textAt(value, "scheme")?.toLowerCase() === "basic") {
		const secret = named("password");
		return { auth: { basic: { username: "", secret } }, secret, note: "Put the user's name into `auth.basic.username`." };
	}
	const token_url = tokenUrlOf(value);
	if (type === "oauth2" && token_url !== undefined) {
		const secret = named("client-secret");
		return {
			auth: { oauth2: { token_url, client_id: "put-the-client-id-here", secret } },
			secret,
			note: "Put the client's id into `auth.oauth2.client_id`, and the scopes that it needs into `scopes`.",
		};
	}
	const secret = named("token");
	return { auth: { bearer: { secret } }, secret };
}

/** Of the client credentials flow, the only one in which nobody has to be asked. */
function tokenUrlOf(value: JsonObject): string | undefined {
	const old = textAt(value, "flow") === "application" ? textAt(value, "tokenUrl") : undefined;
	const url = old ?? textAt(own(own(value, "flows"), "clientCredentials"), "tokenUrl");
	return url !== undefined && attemptUrl(url) !== undefined ? url : undefined;
}
