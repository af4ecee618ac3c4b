/** An upstream that speaks somebody's API in small: says who may call, and answers by route. */
import { type Heard, json, startUpstream, type Upstream } from "./upstream.ts";

export interface Answer {
	status?: number;
	body: unknown;
}

/** `GET /v1/charges/{}` -> what it answers. */
export type Routes = Record<string, (heard: Heard, ...values: string[]) => Answer>;

/** @param mayCall - whether a request shows the credential that the API wants; others are answered 401 */
export function startRoutedUpstream(mayCall: (heard: Heard) => boolean, routes: Routes): Promise<Upstream> {
	return startUpstream((heard, response) => {
		const { status = 200, body } = mayCall(heard) ? answerOf(heard, routes) : { status: 401, body: { message: "who are you" } };
		json(response, status, body);
	});
}

function answerOf(heard: Heard, routes: Routes): Answer {
	const path = heard.url.split("?", 1)[0] ?? "";
	for (const [route, answer] of Object.entries(routes)) {
		const [method, template = ""] = route.split(" ");
		const match = method === heard.method && new RegExp(`^${template.replaceAll("{}", "([^/]+)")}$`).exec(path);
		if (match) return answer(heard, ...match.slice(1).map(decodeURIComponent));
	}
	return { status: 404, body: { message: "Not Found" } };
}
