/** The ledger's own tables. A step is never edited after it has landed: a later version adds one. */
import { SERIES_TABLES } from "../series/series-book.ts";

/** No column can be added twice, and a step may be taken twice: see {@link SERIES_TABLES}. */
const JOURNAL_COLUMNS = `
	-- What a row says beside its record, carried from here into the tables above (journal.ts). An intent: a row of 'uses' and of 'calls'.
	ALTER TABLE outbox ADD COLUMN action TEXT;
	ALTER TABLE outbox ADD COLUMN tick INTEGER;
	ALTER TABLE outbox ADD COLUMN running INTEGER;
	ALTER TABLE outbox ADD COLUMN head TEXT;
	ALTER TABLE outbox ADD COLUMN idempotency_key TEXT;
	ALTER TABLE outbox ADD COLUMN input_digest TEXT;
	ALTER TABLE outbox ADD COLUMN due_at INTEGER;
	-- An outcome: how the call ended.
	ALTER TABLE outbox ADD COLUMN state TEXT;
	ALTER TABLE outbox ADD COLUMN ending TEXT;
	ALTER TABLE outbox ADD COLUMN ended_at INTEGER;
	`;

const STEPS: string[] = [
	`
	-- One row a key: 'source' (this ledger's name towards the log), 'state' (AgentState as JSON).
	CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

	-- The counters: one row per authorised call. 'tick' is strictly increasing, 'running' counts the calls of that action.
	CREATE TABLE uses (
		action TEXT NOT NULL,
		tick INTEGER NOT NULL,
		running INTEGER NOT NULL,
		PRIMARY KEY (action, tick)
	) WITHOUT ROWID;

	-- Calls that got an intent or a hold.
	CREATE TABLE calls (
		act_id TEXT PRIMARY KEY,
		state TEXT NOT NULL,
		tick INTEGER NOT NULL,
		-- What never changes again: action, verdict, token, role and the like, as JSON.
		head TEXT NOT NULL,
		idempotency_key TEXT,
		input_digest TEXT,
		-- When a running call becomes unknown, or a held one expires, in milliseconds since 1970.
		due_at INTEGER,
		-- The canonical input of a held call.
		input TEXT,
		-- How it ended, as JSON: result or error.
		ending TEXT,
		ended_at INTEGER
	) WITHOUT ROWID;
	CREATE UNIQUE INDEX calls_by_key ON calls (idempotency_key) WHERE idempotency_key IS NOT NULL;
	CREATE INDEX calls_due ON calls (due_at) WHERE due_at IS NOT NULL;

	-- Records in the order in which they came to be. The newest always stay, so SQLite never gives a number twice: the log tells
	-- redeliveries by it.
	CREATE TABLE outbox (n INTEGER PRIMARY KEY, act_id TEXT NOT NULL, record TEXT NOT NULL);
	`,
	`${SERIES_TABLES}
	-- What roles' counters are to be told of the places that they keep for this agent's calls, in order.
	CREATE TABLE IF NOT EXISTS role_words (
		n INTEGER PRIMARY KEY,
		role TEXT NOT NULL,
		reservation TEXT NOT NULL,
		word TEXT NOT NULL
	);
	CREATE INDEX IF NOT EXISTS role_words_by_reservation ON role_words (reservation);
	`,
	`
	-- Calls that are or were held: what a person is shown, and who decided. 'version' counts up with each change; 'told' is the newest
	-- one that the list in D1 has.
	CREATE TABLE IF NOT EXISTS reviews (
		id TEXT PRIMARY KEY,
		act_id TEXT NOT NULL,
		state TEXT NOT NULL,
		version INTEGER NOT NULL,
		told INTEGER NOT NULL DEFAULT 0,
		-- ReviewBody as JSON.
		body TEXT NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS reviews_by_state ON reviews (state, id);
	CREATE INDEX IF NOT EXISTS reviews_untold ON reviews (id) WHERE told < version;
	`,
	`
	-- The two turns that every call takes, each as one statement: a row into the view is a row into each of the tables. Nothing writes
	-- here any more but the version before the next step, should it be rolled back to.
	CREATE VIEW IF NOT EXISTS intents AS
		SELECT act_id, tick, head, idempotency_key, input_digest, '' AS action, 0 AS running, '' AS record FROM calls;
	CREATE TRIGGER IF NOT EXISTS intents_insert INSTEAD OF INSERT ON intents
	BEGIN
		INSERT INTO uses (action, tick, running) VALUES (NEW.action, NEW.tick, NEW.running);
		INSERT INTO calls (act_id, state, tick, head, idempotency_key, input_digest)
			VALUES (NEW.act_id, 'running', NEW.tick, NEW.head, NEW.idempotency_key, NEW.input_digest);
		INSERT INTO outbox (act_id, record) VALUES (NEW.act_id, NEW.record);
	END;
	CREATE VIEW IF NOT EXISTS outcomes AS SELECT act_id, state, ending, ended_at, '' AS record FROM calls;
	CREATE TRIGGER IF NOT EXISTS outcomes_insert INSTEAD OF INSERT ON outcomes
	BEGIN
		UPDATE calls SET state = NEW.state, ending = NEW.ending, ended_at = NEW.ended_at, due_at = NULL, input = NULL
			WHERE act_id = NEW.act_id;
		INSERT INTO outbox (act_id, record) VALUES (NEW.act_id, NEW.record);
	END;
	`,
	JOURNAL_COLUMNS,
];

/** Brings the tables up to date; makes them if there are none. */
export function migrateLedger(sql: SqlStorage): void {
	const version = ledgerVersion(sql);
	// After a rollback and an upgrade the tables may be ahead of the code: they stay as they are.
	if (version >= STEPS.length) return;
	if (version === 0) sql.exec("CREATE TABLE ledger_version (version INTEGER NOT NULL); INSERT INTO ledger_version VALUES (0)");
	for (const step of STEPS.slice(version)) if (step !== JOURNAL_COLUMNS || !hasJournal(sql)) sql.exec(step);
	sql.exec("UPDATE ledger_version SET version = ?", STEPS.length);
}

/** 0 while the agent has never been seen: until then the object keeps nothing. */
export function ledgerVersion(sql: SqlStorage): number {
	const known = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'ledger_version'").toArray().length > 0;
	return known ? (sql.exec<{ version: number }>("SELECT version FROM ledger_version").one().version as number) : 0;
}

function hasJournal(sql: SqlStorage): boolean {
	return sql.exec("SELECT 1 FROM pragma_table_info('outbox') WHERE name = 'head'").toArray().length > 0;
}
