/** An OpenAPI document -> a connector document for review. Pure: what was left out, and why, is part of what comes out. */
import { CONNECTOR_LIMITS } from "../../../src/contract/connector-document.ts";
import type { JsonObject } from "../../../src/contract/json.ts";
import { POLICY_API_VERSION } from "../../../src/contract/role-document.ts";
import { parameterOf } from "../../../src/policy/connector/check-connector.ts";
import { readIpAddress } from "../../../src/policy/ip-address.ts";
import { actionName, distinctNames, type Naming } from "./action-names.ts";
import { buildAction } from "./build-action.ts";
import { type Choice, chooseOperations } from "./choose-operations.ts";
import { type OpenApiDocument, own, textAt, Unreadable } from "./document.ts";
import type { LeftOut, Operation } from "./operation.ts";
import { attempt, readOperations, reasonOf } from "./read-operations.ts";
import { addressesOf, authOf, documentAddresses } from "./service.ts";
import { settled } from "./settle-actions.ts";

export interface Wishes {
	naming: Naming;
	choice: Choice;
	/** Instead of what the document says. */
	baseUrl: string | undefined;
	auth: JsonObject | null | undefined;
	secretName: string | undefined;
	/** Where the document is from, for relative servers. */
	address: URL | undefined;
}

export interface Imported {
	/** The connector document; without actions if nothing could be imported. */
	connector: JsonObject & { actions: JsonObject[] };
	/** Action -> what of its operation is not in it. */
	notes: Map<string, string[]>;
	/** Operations that were asked for and are not in it. */
	leftOut: LeftOut[];
	/** For the head of the file. */
	remarks: string[];
	/** The secret that has to be set; undefined if none is known. */
	secret: string | undefined;
	/** Operations in the document, and how many of them were not asked for. */
	operations: number;
	notAsked: number;
	/** Options that fit nothing. */
	unused: string[];
	/** How many operations were asked for; more than {@link CHOSEN_MAX} are not looked at. */
	asked: number;
}

/** Not all of them need to be fit, but a connector has no more actions than this. */
export const CHOSEN_MAX = CONNECTOR_LIMITS.actions + 500;

/** Imports what is wished for. */
export function importOpenApi(document: OpenApiDocument, wishes: Wishes): Imported {
	const { root } = document;
	const { naming } = wishes;
	const { operations, broken } = readOperations(document);
	const all = operations.map((operation) => ({ operation, name: actionName(operation, naming) }));
	const chosen = chooseOperations(all, wishes.choice);
	const distinct = distinctNames(chosen.named.slice(0, CHOSEN_MAX));
	const addresses = documentAddresses(document, wishes.address);
	const baseUrl = wishes.baseUrl ?? addresses[0];
	const found = authOf(document, naming.connector, wishes.secretName);
	const result: Imported = {
		connector: {
			apiVersion: POLICY_API_VERSION,
			kind: "Connector",
			metadata: { name: naming.connector, ...describedAs(root) },
			http: { base_url: baseUrl ?? PLACEHOLDER_URL, ...authPart(wishes, found.auth) },
			actions: [],
		},
		notes: new Map(),
		leftOut: [...broken, ...distinct.leftOut],
		remarks: [...addressRemarks(baseUrl), ...(wishes.auth === undefined ? found.notes : [])],
		secret: secretIn(wishes.auth === undefined ? found.auth : wishes.auth),
		operations: operations.length + broken.length,
		notAsked: chosen.notAsked,
		unused: chosen.unused,
		asked: chosen.named.length,
	};
	if (chosen.named.length > CHOSEN_MAX) return result;
	const leaveOut = ({ method, path, operationId }: Operation, why: { reason: string; pointer?: string }) =>
		result.leftOut.push({ method, path, operationId, ...why });
	const headers = new Set<string>();
	const credentials = new Set([...found.credentials, ...credentialNames(wishes.auth)]);
	const built: { operation: Operation; action: JsonObject }[] = [];
	for (const { operation, name } of distinct.named) {
		const reason = elsewhere(operation, baseUrl, wishes);
		const one = reason === undefined ? attempt(() => buildAction(root, operation, name, credentials)) : undefined;
		if (one === undefined) leaveOut(operation, { reason: reason ?? "" });
		else if (one instanceof Unreadable) leaveOut(operation, reasonOf(one));
		else {
			built.push({ operation, action: one.action });
			if (one.notes.length > 0) result.notes.set(name, one.notes);
			if (one.credentialHeader !== undefined) headers.add(one.credentialHeader);
		}
	}
	if (found.auth === undefined && wishes.auth === undefined) learnAuth(result, headers, wishes);
	for (const { operation, action, reason } of settled(result.connector, built)) {
		if (reason === undefined) result.connector.actions.push(action);
		else leaveOut(operation, { reason });
	}
	return result;
}

/** A document without security schemes whose operations all take a key as a header says it in its own way. */
function learnAuth(result: Imported, headers: ReadonlySet<string>, { naming, secretName }: Wishes): void {
	const names = [...new Set([...headers].map((name) => name.toLowerCase()))];
	const [name] = names;
	if (name === undefined || names.length > 1) return;
	const secret = secretName ?? `${naming.connector}-key`.slice(0, 63);
	(result.connector["http"] as JsonObject)["auth"] = { header: { name, secret } };
	result.secret = secret;
	result.remarks = [
		...addressRemarks(textAt(result.connector["http"] as JsonObject, "base_url")),
		`The document has no security scheme; its operations take the header ${name}, which looks like one.`,
	];
}

/** Not an address, so that nothing is applied before a person has put one there. */
const PLACEHOLDER_URL = "https://put-the-address-of-the-api-here.invalid";
const NO_SERVER = "The document names no server: put the API's address into `http.base_url`, or import again with --base-url.";

/** What a reviewer has to know of the address before the gateway says it. */
function addressRemarks(baseUrl: string | undefined): string[] {
	if (baseUrl === undefined) return [NO_SERVER];
	const { protocol, hostname } = new URL(baseUrl);
	const host = hostname.replace(/^\[|\]$/g, "");
	const isInside = readIpAddress(host) !== null || !host.includes(".") || /\.(local|internal|intranet|lan|localhost)$/.test(host);
	return protocol === "https:" && !isInside ? [] : [`${baseUrl}: ${INSIDE}`];
}

const INSIDE =
	"without https, or in a private network, an API is reached only where the gateway's operator allows it (ALLOWED_NETWORKS). " +
	"The local gateway allows this machine.";

function describedAs(root: JsonObject): { description?: string } {
	const title = textAt(own(root, "info"), "title");
	return title === undefined ? {} : { description: title.replace(/\s+/g, " ").trim().slice(0, 200) };
}

function authPart({ auth }: Wishes, found: JsonObject | undefined): { auth?: JsonObject } {
	const chosen = auth === undefined ? found : auth;
	return chosen === undefined || chosen === null ? {} : { auth: chosen };
}

/** Under which name a chosen way shows the secret, in lower case: no parameter of an action may have it. */
function credentialNames(auth: JsonObject | null | undefined): string[] {
	const name = textAt(own(auth ?? {}, "header") ?? own(auth ?? {}, "query"), "name");
	return name === undefined ? [] : [parameterOf(name)];
}

function secretIn(auth: JsonObject | null | undefined): string | undefined {
	return auth === undefined || auth === null ? undefined : textAt(Object.values(auth)[0], "secret");
}

/** An operation with a server of its own would be called at the wrong place. */
function elsewhere({ servers }: Operation, baseUrl: string | undefined, { address, baseUrl: given }: Wishes): string | undefined {
	if (servers === undefined || servers.length === 0 || given !== undefined) return undefined;
	const [first] = addressesOf(servers, address);
	return first === undefined || first === baseUrl ? undefined : `it is served at ${first}; a connector has one address`;
}
