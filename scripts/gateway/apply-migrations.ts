/** Applies migrations/ to the embedded D1, and keeps count in the table that `wrangler d1 migrations` keeps it in. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import { ROOT } from "./build-worker.ts";

const LEDGER = `CREATE TABLE IF NOT EXISTS d1_migrations (
	id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

/** Each file is one batch: applied whole, with its mark, or not at all. */
export async function applyMigrations(miniflare: Miniflare): Promise<void> {
	const db = await miniflare.getD1Database("DB", "hivekey");
	await db.prepare(LEDGER).run();
	const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
	const applied = new Set(results.map((row) => row.name));
	const folder = join(ROOT, "migrations");
	const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
	for (const file of files.filter((name) => !applied.has(name))) {
		const statements = unstable_splitSqlQuery(await readFile(join(folder, file), "utf8"));
		await db.batch([
			...statements.map((statement) => db.prepare(statement)),
			db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(file),
		]);
	}
}
