/** Turns endpoints into a Hono app: request id, access, validation, the answer, and the last net under everything. */
import { type Context, Hono } from "hono";
import type { z } from "zod";
import type { ProblemItem } from "../contract/problem.ts";
import type { Administrator } from "../gateway/administrator.ts";
import { InvalidCursor } from "../gateway/ports.ts";
import { HOLD_SECONDS } from "../gateway/token-brake.ts";
import { parseStrictJson } from "../policy/strict-json.ts";
import { drainBody } from "./drain-body.ts";
import type { Access, Dialect, Endpoint, EndpointRequest } from "./endpoint.ts";
import type { HttpPorts } from "./http-ports.ts";
import { type ProblemWriter, problemResponse, summaryOf } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { respond } from "./respond.ts";

/** The most that an administrative JSON body may take. */
const JSON_MAX_BYTES = 262_144;

export function createServer(ports: HttpPorts, endpoints: Endpoint[]): Hono {
	// One administrative address is more than the router that is one regular expression can tell from its neighbours, and all others
	// would be looked up by the slow one with it: what agents call has an app of its own.
	const agentPaths = new Set(endpoints.filter(({ access }) => access === "agent").map(({ path }) => path));
	const app = serverOf(
		ports,
		endpoints.filter(({ path }) => agentPaths.has(path)),
	);
	const others = serverOf(
		ports,
		endpoints.filter(({ path }) => !agentPaths.has(path)),
	);
	others.notFound((context) =>
		afterBody(context, problemResponse("not_found", "there is nothing at this address", ports.ids.make("req"))),
	);
	app.notFound((context) => others.fetch(context.req.raw, context.env, context.executionCtx));
	return app;
}

function serverOf(ports: HttpPorts, endpoints: Endpoint[]): Hono {
	const app = new Hono();
	const methods = new Map<string, string[]>();
	for (const endpoint of endpoints) {
		// A parameter of this name takes the rest of the address, slashes and all.
		const path = endpoint.path.replace("{path}", ":path{.+}").replace(/\{(\w+)\}/g, ":$1");
		app.on(endpoint.method, path, async (context) => afterBody(context, await answer(ports, endpoint, context)));
		methods.set(path, [...(methods.get(path) ?? []), endpoint.method.toUpperCase()]);
	}
	for (const [path, allowed] of methods) {
		const allow = allowed.join(", ");
		app.all(path, (context) => {
			const id = ports.ids.make("req");
			return afterBody(context, problemResponse("method_not_allowed", `this address takes ${allow}`, id, { headers: { allow } }));
		});
	}
	app.onError((error, context) => afterBody(context, failed(ports, context, ports.ids.make("req"), error, problemResponse)));
	return app;
}

/** An answer that leaves when nothing of the body is on its way any more. */
async function afterBody({ req: { raw } }: Context, response: Response): Promise<Response> {
	if (!raw.bodyUsed && raw.body) await drainBody(raw.body);
	return response;
}

function failed(ports: HttpPorts, context: Context, id: string, error: unknown, problem: ProblemWriter): Response {
	ports.log("request_failed", { request_id: id, method: context.req.method, error });
	return problem("internal_error", "something went wrong here; the request id names it", id);
}

const PLAIN: Dialect = { token: (headers) => bearer(headers.get("authorization")), problem: problemResponse };

function dialectOf({ dialect = PLAIN }: Endpoint): Dialect {
	return dialect;
}

async function answer(ports: HttpPorts, endpoint: Endpoint, context: Context): Promise<Response> {
	// Ours, always: a client's own id would let it write into the log.
	const id = ports.ids.make("req");
	const { problem } = dialectOf(endpoint);
	const startedAt = ports.now();
	if (endpoint.access !== "anybody" && !(await ports.ready())) {
		return problem("not_ready", "the database does not have this version's schema yet: apply the migrations", id);
	}
	let response: Response;
	try {
		response = await braked(ports, endpoint, context, id);
	} catch (error) {
		if (error instanceof InvalidCursor) return problem("invalid_request", error.message, id, { errors: [BAD_CURSOR] });
		if (!isAway(error)) return failed(ports, context, id, error, problem);
		ports.log("store_away", { request_id: id, path: endpoint.path, error: (error as Error).name });
		response = problem("unavailable", "a store did not answer; nothing was half done", id);
	}
	// What agents do is on the audit log; this is for operators, and never says what a body said.
	if (endpoint.access !== "agent" && endpoint.access !== "anybody") {
		ports.log("request", {
			request_id: id,
			method: endpoint.method,
			path: endpoint.path,
			status: response.status,
			duration_ms: ports.now() - startedAt,
		});
	}
	return response;
}

/** Who asks, before anything is known of them. */
interface Caller {
	/** The bearer token as it came. */
	token: string | null;
	/** Where the platform says that the request came from. */
	address: string | null;
}

/** Serves, unless too many tokens that were not taken have come from this address: whoever is refused then is told to wait. */
async function braked(ports: HttpPorts, endpoint: Endpoint, context: Context, id: string): Promise<Response> {
	const { headers } = context.req.raw;
	const { token: tokenOf, problem } = dialectOf(endpoint);
	const token = tokenOf(headers);
	// Where we say ourselves from where requests come, that tells no client from another.
	const address = ports.clientAddress === undefined ? headers.get("cf-connecting-ip") : null;
	const caller = { token, address };
	const { tokenBrake: brake } = ports;
	if (endpoint.access === "anybody" || token === null || address === null) return serve(ports, endpoint, context, id, caller);

	const response = brake.stops(address, token) ? null : await serve(ports, endpoint, context, id, caller);
	if (response !== null && !isRefusedToken(response)) return response;
	const isHeld = brake.holds(address);
	context.executionCtx.waitUntil(brake.note(address, token));
	if (response !== null && !isHeld) return response;
	const detail = "too many tokens that are not valid came from this address: wait, then send a valid one";
	return problem("unavailable", detail, id, { headers: { "retry-after": String(HOLD_SECONDS) } });
}

/** A 401 of ours. One that belongs to an act is an upstream's word on the connector's credentials: the ledger took the token. */
function isRefusedToken({ status, headers }: Response): boolean {
	return status === 401 && !headers.has("x-hivekey-act-id");
}

async function serve(
	ports: HttpPorts,
	endpoint: Endpoint,
	context: Context,
	id: string,
	{ token, address }: Caller,
): Promise<Response> {
	const raw = context.req.raw;
	const { problem } = dialectOf(endpoint);
	const sourceIp = ports.clientAddress ?? address ?? undefined;
	const admin = await authorise(ports, endpoint.access, token, id, sourceIp);
	if (admin instanceof Response) return admin;
	if (admin)
		context.executionCtx.waitUntil(ports.workspaces.noteUse(admin.key, new Date(ports.now()).toISOString()).catch(() => {}));

	const problems: ProblemItem[] = [];
	// What an agent's request names in its path is any text: the ledger comes first, and the use case judges it.
	const params = endpoint.access === "agent" ? context.req.param() : check(endpoint.params, context.req.param(), problems);
	const queryProblems: ProblemItem[] = [];
	const query = endpoint.query && check(endpoint.query, singleValues(context.req.queries(), queryProblems), queryProblems);
	if (endpoint.access !== "agent") problems.push(...queryProblems.splice(0));
	let body: unknown;
	if (endpoint.body && !("raw" in endpoint.body)) {
		const read = await readBody(raw, { types: ["application/json"], maxBytes: JSON_MAX_BYTES });
		if (!read.ok) return problem(read.fault, read.problem.message, id);
		const parsed = parseStrictJson(read.bytes);
		if (!parsed.ok) return problem("malformed_body", parsed.problem.message, id, { errors: [parsed.problem] });
		body = check(endpoint.body.schema, parsed.value, problems);
	}
	if (problems.length > 0) return problem("invalid_request", summaryOf(problems), id, { errors: problems });

	const request: EndpointRequest<unknown, unknown, unknown> = {
		params,
		query,
		queryProblems,
		body,
		raw,
		readRaw: (options) => readBody(raw, options),
		header: (name) => raw.headers.get(name),
		token,
		admin: admin as Administrator,
		requestId: id,
		sourceIp,
		get country() {
			// Where we say ourselves from where requests come, nobody vouches for a country: the local platform makes one up, or
			// takes it from a header of the caller's.
			return ports.clientAddress === undefined ? (raw as { cf?: { country?: string } }).cf?.country : undefined;
		},
		keepAlive: (work) => context.executionCtx.waitUntil(work),
	};
	return respond(await endpoint.handle(ports, request), id, problem);
}

/** The administrator behind the key; null where none is asked for; the refusal otherwise. */
async function authorise(
	ports: HttpPorts,
	access: Access,
	token: string | null,
	id: string,
	sourceIp: string | undefined,
): Promise<Administrator | Response | null> {
	if (access === "agent" || access === "anybody") return null;
	if (access === "root") {
		if (token !== null && ports.tokens.isRootKey(token)) return null;
		return problemResponse("unauthenticated", "this takes the deployment's root key", id);
	}
	const claimed = token === null ? null : ports.tokens.readAdminKey(token);
	const key = claimed && (await ports.workspaces.key(claimed));
	if (!key) return problemResponse("unauthenticated", "this takes a valid admin key (hk_live_…) as Authorization: Bearer", id);
	if (!key.scopes.includes("admin") && !access.scopes.some((scope) => key.scopes.includes(scope))) {
		return problemResponse("missing_scope", `this key lacks the scope ${access.scopes.join(" or ")}`, id);
	}
	return { key, requestId: id, sourceIp };
}

const BAD_CURSOR: ProblemItem = {
	path: "cursor",
	code: "invalid_cursor",
	message: "send next_cursor of the page before, as it came",
};

/** RFC 6750: one token, the scheme in any case. */
function bearer(header: string | null): string | null {
	return /^bearer +([\x21-\x7e]+)$/i.exec(header ?? "")?.[1] ?? null;
}

function check(schema: z.ZodType | undefined, value: unknown, problems: ProblemItem[]): unknown {
	if (!schema) return undefined;
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	for (const issue of result.error.issues) {
		problems.push({ path: issue.path.join("."), code: issue.code, message: issue.message });
	}
	return undefined;
}

/** A query in which each parameter stands once: of two, nobody can say which was meant. */
function singleValues(query: Record<string, string[]>, problems: ProblemItem[]): Record<string, string> {
	const single: Record<string, string> = {};
	for (const [name, values] of Object.entries(query)) {
		single[name] = values[0] ?? "";
		if (values.length > 1)
			problems.push({ path: name, code: "repeated", message: `${name} stands ${values.length} times in the query` });
	}
	return single;
}

/** Whether an error is a store's or an object's, that is: not a bug of ours. Their messages never leave. */
function isAway(error: unknown): boolean {
	if (typeof error !== "object" || error === null) return false;
	const flags = error as { retryable?: boolean; overloaded?: boolean; remote?: boolean; durableObjectReset?: boolean };
	if (flags.retryable || flags.overloaded || flags.remote || flags.durableObjectReset) return true;
	for (let at: unknown = error; at instanceof Error; at = at.cause) {
		if (/D1_|KV (GET|PUT)|Network connection lost|internal error|Durable Object/i.test(at.message)) return true;
	}
	return false;
}
