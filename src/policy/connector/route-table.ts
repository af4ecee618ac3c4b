/** The addresses of a connector's actions against each other: which one is the more special, and which pairs nobody can tell apart. */
import type { HttpMethod } from "../../contract/connector-document.ts";
import type { PathSegment } from "../../contract/http-action.ts";
import { overlapOf } from "./path-template.ts";

export interface Route {
	name: string;
	method: HttpMethod;
	path: PathSegment[];
}

export interface RouteTable {
	/** For each action the more special addresses inside its own, which are other actions'. */
	reserved: Map<string, PathSegment[][]>;
	/** Pairs that share an address without one being the more special, by their places in the list. */
	ambiguous: { first: number; second: number }[];
}

/** Compares all routes of the same method. */
export function routeTable(routes: readonly Route[]): RouteTable {
	const reserved = new Map<string, PathSegment[][]>();
	const ambiguous: RouteTable["ambiguous"] = [];
	const reserve = (name: string, path: PathSegment[]) => reserved.set(name, [...(reserved.get(name) ?? []), path]);
	routes.forEach((first, index) => {
		for (let other = index + 1; other < routes.length; other++) {
			const second = routes[other] as Route;
			if (first.method !== second.method) continue;
			switch (overlapOf(first.path, second.path)) {
				case "first_inside":
					reserve(second.name, first.path);
					break;
				case "second_inside":
					reserve(first.name, second.path);
					break;
				case "same":
				case "crossing":
					ambiguous.push({ first: index, second: other });
			}
		}
	});
	return { reserved, ambiguous };
}
