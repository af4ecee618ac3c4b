/** A request as it would leave, for people: the secret's name stands where its value would. */
import type { HttpAction, HttpAuth } from "../../contract/http-action.ts";
import { queryText, type WireRequest } from "./build-request.ts";

export interface MaskedRequest {
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string | null;
}

/** The request of {@link buildRequest}, with its credentials masked. */
export function maskedRequest(http: HttpAction, { method, path, query, headers, body }: WireRequest): MaskedRequest {
	const { service } = http;
	const mask = service.auth === undefined ? {} : masked(service.auth);
	const parameters = queryText(query);
	const secret = "query" in mask ? `${parameters === "" ? "" : "&"}${mask.query}` : "";
	return {
		method,
		url: `${service.origin}${path}${parameters + secret === "" ? "" : `?${parameters}${secret}`}`,
		headers: {
			...headers,
			...(body === null ? {} : { "content-type": body.content_type }),
			...("headers" in mask ? mask.headers : {}),
		},
		body: body?.text ?? null,
	};
}

function masked(auth: HttpAuth): { headers: Record<string, string> } | { query: string } | Record<string, never> {
	const name = `[secret ${auth.secret.name}]`;
	switch (auth.kind) {
		case "bearer":
			return { headers: { authorization: `Bearer ${name}` } };
		case "header":
			return { headers: { [auth.name]: auth.prefix + name } };
		case "basic":
			return { headers: { authorization: `Basic ${auth.username}:${name}` } };
		case "oauth2":
			return { headers: { authorization: `Bearer [token from ${auth.token_url} for ${name}]` } };
		case "query":
			return { query: `${encodeURIComponent(auth.name)}=${name}` };
	}
}
