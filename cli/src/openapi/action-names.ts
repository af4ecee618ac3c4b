/** Operations -> names of actions. They stay what they are when a document grows: each depends on its own operation alone. */
import { ACTION_NAME_MAX, isActionName } from "../../../src/contract/names.ts";
import { type LeftOut, label, type Operation } from "./operation.ts";

export const GROUPINGS = ["access", "tag", "none"] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Naming {
	/** The connector's name, with which every action begins. */
	connector: string;
	grouping: Grouping;
	/** Operation (its operationId, or `GET /path`) -> what it is called behind the connector's name. */
	renames: ReadonlyMap<string, string>;
}

/** Reading, writing and deleting, so that a role can say `github.read.**`. */
const ACCESS: Readonly<Record<string, string>> = { GET: "read", HEAD: "read", DELETE: "delete" };
const VERBS: Readonly<Record<string, string>> = {
	GET: "get",
	HEAD: "head",
	POST: "create",
	PUT: "replace",
	PATCH: "update",
	DELETE: "delete",
};

export interface Named {
	operation: Operation;
	name: string;
}

/** The name of one operation; it may not be a name of the grammar yet. */
export function actionName(operation: Operation, { connector, grouping, renames }: Naming): string {
	const renamed = renames.get(operation.operationId ?? "") ?? renames.get(label(operation));
	if (renamed !== undefined) return renamed.startsWith(`${connector}.`) ? renamed : `${connector}.${renamed}`;
	const own = operation.operationId === undefined ? fromPath(operation) : segmentsOf(operation.operationId);
	const group = groupOf(operation, grouping);
	const isSaid = group !== undefined && own.length > 1 && own[0]?.toLowerCase() === group.toLowerCase();
	return [connector, ...(group === undefined || isSaid ? [] : [group]), ...own].join(".");
}

/** Takes out those whose name is not one, or is another's already. */
export function distinctNames(named: Named[]): { named: Named[]; leftOut: LeftOut[] } {
	const first = new Map<string, Operation>();
	const result: { named: Named[]; leftOut: LeftOut[] } = { named: [], leftOut: [] };
	for (const { operation, name } of named) {
		const other = first.get(name);
		const reason =
			other !== undefined
				? `it would be called ${name}, as ${label(other)} is; give it a name with --rename`
				: isActionName(name)
					? undefined
					: name.length > ACTION_NAME_MAX
						? `its name ${name.slice(0, 40)}… has more than ${ACTION_NAME_MAX} characters; give it one with --rename`
						: `${name} is no action's name; give it one with --rename`;
		if (reason === undefined) {
			first.set(name, operation);
			result.named.push({ operation, name });
		} else result.leftOut.push({ method: operation.method, path: operation.path, operationId: operation.operationId, reason });
	}
	return result;
}

function groupOf(operation: Operation, grouping: Grouping): string | undefined {
	if (grouping === "access") return ACCESS[operation.method] ?? "write";
	const [tag] = grouping === "tag" ? operation.tags : [];
	return tag === undefined ? undefined : plain(tag).toLowerCase() || undefined;
}

/** `issues/list-for-repo` is `issues.list-for-repo`. */
function segmentsOf(operationId: string): string[] {
	const segments = operationId
		.split(/[/.:#]+/)
		.map(plain)
		.filter((segment) => segment !== "");
	return segments.length > 0 ? segments : ["operation"];
}

/** `GET /users/{id}/posts` is `users.posts.list`: what is asked for, and how. */
function fromPath({ method, path }: Operation): string[] {
	const segments =
		path
			.split("?", 1)[0]
			?.split("/")
			.filter((segment) => segment !== "") ?? [];
	const words = segments
		.map((segment) => (/^\{[^}]*\}$/.test(segment) ? "" : plain(segment)))
		.filter((segment) => segment !== "");
	const endsInValue = segments.at(-1)?.endsWith("}") === true;
	const verb = method === "GET" && !endsInValue ? "list" : (VERBS[method] ?? method.toLowerCase());
	return [...words, verb];
}

function plain(text: string): string {
	return text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
}
