/** The operators of the language, by name. Plain imports, one file each. */
import { after } from "./after.ts";
import { before } from "./before.ts";
import { between } from "./between.ts";
import { cidr } from "./cidr.ts";
import { contains } from "./contains.ts";
import { containsAll } from "./contains-all.ts";
import { containsAny } from "./contains-any.ts";
import { endsWith } from "./ends-with.ts";
import { eq } from "./eq.ts";
import { exists } from "./exists.ts";
import { glob } from "./glob.ts";
import { gt } from "./gt.ts";
import { gte } from "./gte.ts";
import { inList } from "./in.ts";
import { lt } from "./lt.ts";
import { lte } from "./lte.ts";
import { matches } from "./matches.ts";
import { ne } from "./ne.ts";
import { notCidr } from "./not-cidr.ts";
import { notContains } from "./not-contains.ts";
import { notIn } from "./not-in.ts";
import type { Operator } from "./operator.ts";
import { startsWith } from "./starts-with.ts";

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
	[
		eq,
		ne,
		inList,
		notIn,
		lt,
		lte,
		gt,
		gte,
		between,
		exists,
		startsWith,
		endsWith,
		contains,
		notContains,
		containsAny,
		containsAll,
		glob,
		matches,
		before,
		after,
		cidr,
		notCidr,
	].map((operator): [string, Operator] => [operator.name, operator]),
);
