/** The tables of a log's object. Nothing in them grows with the log. */
export const TABLES = `
	-- How far the log goes (head), how far D1 has it (confirmed), how far the newest checkpoint covers it (published).
	CREATE TABLE IF NOT EXISTS places (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, edge TEXT NOT NULL) WITHOUT ROWID;
	-- The last row number taken from each source: what comes again with a lower one has been taken.
	CREATE TABLE IF NOT EXISTS sources (source TEXT PRIMARY KEY, last_n INTEGER NOT NULL) WITHOUT ROWID;
	-- Batches that D1 has not confirmed or no checkpoint covers: the JSON list of [seq, leaf hash, record], and the place after it.
	CREATE TABLE IF NOT EXISTS pending (
		last_seq INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL, size INTEGER NOT NULL,
		hash TEXT NOT NULL, edge TEXT NOT NULL, records TEXT NOT NULL
	);
	-- Hashes of tiles above the lowest that are not full yet, up to the published size: at most 255 a level.
	CREATE TABLE IF NOT EXISTS nodes (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
	-- Rows that could not be put on the log, the newest of them, and their text until R2 has it.
	CREATE TABLE IF NOT EXISTS quarantine (
		n INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, row INTEGER NOT NULL, length INTEGER NOT NULL,
		sha256 TEXT NOT NULL, why TEXT NOT NULL, kept INTEGER NOT NULL DEFAULT 0
	);
	CREATE TABLE IF NOT EXISTS quarantine_texts (
		n INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (n, part)
	) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;
