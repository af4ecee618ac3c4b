/** `contains`: the list has the value, the text has the part. */
import { containmentOperator } from "./containment.ts";

export const contains = containmentOperator("contains", { many: false });
