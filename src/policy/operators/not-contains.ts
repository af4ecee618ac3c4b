/** `not_contains`: the opposite of `contains`, in everything as `not` before it. */
import { containmentOperator } from "./containment.ts";

export const notContains = containmentOperator("not_contains", { many: false, negated: true });
