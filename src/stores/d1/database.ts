/** D1 behind Drizzle. D1 has no interactive transactions: `batch` is the atomic unit. */
import { drizzle } from "drizzle-orm/d1";
import * as schema from "./schema/index.ts";

export type Database = ReturnType<typeof openDatabase>;

export function openDatabase(binding: D1Database) {
	return drizzle(binding, { schema });
}
