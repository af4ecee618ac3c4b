/** The gateway's own checks on what was built, before anybody sees it: what it would refuse is left out with its words. */
import type { ConnectorActionDocument } from "../../../src/contract/connector-document.ts";
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { checkConnector } from "../../../src/policy/connector/check-connector.ts";
import { pathOf } from "../../../src/policy/connector/compile-connector.ts";
import { routeTable } from "../../../src/policy/connector/route-table.ts";
import { label, type Operation } from "./operation.ts";

export interface Built {
	operation: Operation;
	action: JsonObject;
}

export type Settled = Built & { reason?: string };

/** Every action, with a reason where it cannot stay. */
export function settled(connector: JsonObject, built: Built[]): Settled[] {
	const refused = refusedAlone(connector, built);
	const good = built.filter((one) => !refused.has(one));
	const routes = good.map(({ action }) => {
		const document = action as unknown as ConnectorActionDocument;
		return { name: document.name, method: document.method, path: pathOf(document) };
	});
	for (const [index, other] of leastLoss(routeTable(routes).ambiguous)) {
		const { operation } = good[other] as Built;
		refused.set(
			good[index] as Built,
			`a request can mean it and ${label(operation)}; to have this one instead, leave that one out with --exclude`,
		);
	}
	return built.map((one) => {
		const reason = refused.get(one);
		return reason === undefined ? one : { ...one, reason };
	});
}

/** What is wrong with actions one by one. The service is a stand-in: what is wrong with the real one is not theirs. */
function refusedAlone(connector: JsonObject, built: Built[]): Map<Built, string> {
	const refused = new Map<Built, string>();
	for (const one of built) {
		const alone = { ...connector, http: { base_url: "https://api.example.com" }, actions: [one.action] } as Json;
		const checked = checkConnector(alone);
		if (!checked.ok) refused.set(one, checked.findings[0]?.message ?? "the gateway does not take it");
	}
	return refused;
}

/**
 * Of pairs that stand in each other's way, which to leave out: first whatever stands in the most ways, else the later one.
 * @returns place -> the place that it stood in the way of
 */
function leastLoss(pairs: { first: number; second: number }[]): Map<number, number> {
	const others = new Map<number, Set<number>>();
	const link = (one: number, other: number) => others.set(one, (others.get(one) ?? new Set()).add(other));
	for (const { first, second } of pairs) {
		link(first, second);
		link(second, first);
	}
	const out = new Map<number, number>();
	for (;;) {
		const inTheWay = [...others].filter(([, set]) => set.size > 0);
		const [worst] = inTheWay.sort(([a, one], [b, other]) => other.size - one.size || b - a);
		if (worst === undefined) return out;
		const [index, set] = worst;
		out.set(index, Math.min(...set));
		for (const other of set) others.get(other)?.delete(index);
		set.clear();
	}
}
