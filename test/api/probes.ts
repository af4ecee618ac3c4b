/** A request for each endpoint that changes nothing: where it passes, it is known what it is answered. */
import type { Sent } from "./http.ts";
import { type DocumentedOperation, fillPath } from "./openapi.ts";
import type { Tenant } from "./tenant.ts";

/** Values of the path's parameters. */
export type Params = Record<string, string>;

/** Names and ids of things that are there. */
export function realParams({ path }: DocumentedOperation, tenant: Tenant): Params {
	return {
		action: "mail.send",
		name: nameIn(path, tenant),
		address: tenant.mailbox,
		connector: "nothing-connected",
		path: "tile/0/000.p/1",
		id: path.startsWith("/v1/keys")
			? tenant.keyIds.audit
			: path.startsWith("/v1/workspaces")
				? tenant.workspaceId
				: path.startsWith("/v1/agents")
					? tenant.tokenId
					: path.startsWith("/v1/reviews")
						? tenant.reviewId
						: tenant.callId,
	};
}

function nameIn(path: string, tenant: Tenant): string {
	const noun = path.split("/")[2];
	if (noun === "agents") return tenant.agent;
	if (noun === "lists") return tenant.list;
	if (noun === "sinks") return tenant.sink;
	if (noun === "connectors") return tenant.connector;
	return noun === "secrets" ? tenant.secret : tenant.role;
}

/** Names and ids that never existed, each of the form and the length of a real one. */
export function neverParams(real: Params): Params {
	return Object.fromEntries(
		Object.entries(real).map(([name, value]) => {
			const tail = /_([0-9A-Za-z]{22})$/.exec(value);
			if (tail) return [name, `${value.slice(0, -14)}ZZZZZZZZZZZZZZ`];
			return [name, neverName(value)];
		}),
	);
}

/** `role-beta` -> `zzzz-zzzz`. */
export function neverName(name: string): string {
	return name.replace(/[0-9A-Za-z]/g, "z");
}

/** A request with a body that no endpoint accepts, and a name that is not there where the call would delete it. */
export function harmless(operation: DocumentedOperation, params: Params): Sent & { headers: Record<string, string> } {
	const { method, path } = operation;
	const hasBody = Object.keys(operation.bodies).length > 0;
	return {
		method,
		path: fillPath(path, method === "delete" ? neverParams(params) : params),
		headers: hasBody ? { "content-type": "application/json" } : {},
		...(hasBody ? { body: '{"no_such_field":1}' } : {}),
	};
}

/** What the request above is answered where it passes. */
export function passingStatus({ method, path, bodies }: DocumentedOperation): number {
	if (path === "/docs") return 302;
	// No connector is there that an SDK could be let through to.
	if (path.startsWith("/v1/proxy/")) return 403;
	if (Object.keys(bodies).length > 0) return 422;
	return method === "delete" ? 404 : 200;
}
