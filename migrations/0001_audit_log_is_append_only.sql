-- The log takes the next record of a workspace, and nothing else. SQLite runs BEFORE INSERT triggers ahead of REPLACE's delete,
-- which walks past UPDATE and DELETE triggers: that is why the insert checks for itself.

CREATE TRIGGER audit_log_insert BEFORE INSERT ON audit_log
BEGIN
	-- The same record again (a reply was lost): nothing to do.
	SELECT RAISE(IGNORE) WHERE EXISTS (
		SELECT 1 FROM audit_log
		WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq AND leaf_hash = NEW.leaf_hash AND record = NEW.record
	);
	SELECT RAISE(ABORT, 'audit_log: another record has this sequence number') WHERE EXISTS (
		SELECT 1 FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq
	);
	SELECT RAISE(ABORT, 'audit_log: the sequence number is not the next one') WHERE NEW.seq <> 1 + max(
		coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0),
		coalesce((SELECT sealed_seq FROM audit_watermarks WHERE workspace_id = NEW.workspace_id), 0)
	);
	SELECT RAISE(ABORT, 'audit_log: the record does not chain to the one before') WHERE EXISTS (
		SELECT 1 FROM audit_log
		WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq - 1 AND leaf_hash IS NOT (NEW.record ->> '$.prev')
	);
	SELECT RAISE(ABORT, 'audit_log: the first record chains to nothing')
	WHERE NEW.seq = 1 AND (NEW.record ->> '$.prev') IS NOT '0000000000000000000000000000000000000000000000000000000000000000';
	SELECT RAISE(ABORT, 'audit_log: the record does not name its own sequence number')
	WHERE (NEW.record ->> '$.seq') IS NOT NEW.seq OR (NEW.record ->> '$.workspace') IS NOT NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log
BEGIN
	SELECT RAISE(ABORT, 'audit_log: records are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log
WHEN OLD.seq > coalesce((SELECT sealed_seq FROM audit_watermarks WHERE workspace_id = OLD.workspace_id), 0)
BEGIN
	SELECT RAISE(ABORT, 'audit_log: only records sealed in an archive leave the table');
END;
--> statement-breakpoint
CREATE TRIGGER audit_watermarks_insert BEFORE INSERT ON audit_watermarks
WHEN EXISTS (SELECT 1 FROM audit_watermarks WHERE workspace_id = NEW.workspace_id AND sealed_seq > NEW.sealed_seq)
	OR NEW.sealed_seq > coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0)
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: the watermark only grows, up to the newest record');
END;
--> statement-breakpoint
CREATE TRIGGER audit_watermarks_update BEFORE UPDATE ON audit_watermarks
WHEN NEW.sealed_seq < OLD.sealed_seq OR NEW.workspace_id <> OLD.workspace_id
	OR NEW.sealed_seq > max(OLD.sealed_seq, coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0))
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: the watermark only grows, up to the newest record');
END;
--> statement-breakpoint
CREATE TRIGGER audit_watermarks_delete BEFORE DELETE ON audit_watermarks
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: a watermark stays');
END;
--> statement-breakpoint
INSERT INTO schema_info (id, version) VALUES (1, 1);
