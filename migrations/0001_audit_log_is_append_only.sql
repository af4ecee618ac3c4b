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
	-- When the one before has left the table, the watermark tells its hash.
	SELECT RAISE(ABORT, 'audit_log: the record does not chain to the one before')
	WHERE NEW.seq > 1 AND (NEW.record ->> '$.prev') IS NOT coalesce(
		(SELECT leaf_hash FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq - 1),
		(SELECT sealed_hash FROM audit_watermarks WHERE workspace_id = NEW.workspace_id AND sealed_seq = NEW.seq - 1),
		'nothing'
	);
	SELECT RAISE(ABORT, 'audit_log: the first record chains to nothing')
	WHERE NEW.seq = 1 AND (NEW.record ->> '$.prev') IS NOT '0000000000000000000000000000000000000000000000000000000000000000';
	SELECT RAISE(ABORT, 'audit_log: the record does not name its own sequence number')
	WHERE (NEW.record ->> '$.seq') IS NOT NEW.seq OR (NEW.record ->> '$.workspace') IS NOT NEW.workspace_id;
END;
--> statement-breakpoint
-- Where to look for a time. It is no part of the log: what is wrong here makes a query by time find too little, and nothing else.
CREATE TRIGGER audit_log_span AFTER INSERT ON audit_log WHEN NEW.time IS NOT NULL
BEGIN
	INSERT INTO audit_spans (workspace_id, span, first_time, last_time) VALUES (NEW.workspace_id, NEW.seq >> 10, NEW.time, NEW.time)
	ON CONFLICT (workspace_id, span) DO UPDATE SET
		first_time = min(first_time, excluded.first_time), last_time = max(last_time, excluded.last_time);
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
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: the watermark only grows, up to the newest record')
	WHERE EXISTS (SELECT 1 FROM audit_watermarks WHERE workspace_id = NEW.workspace_id AND sealed_seq > NEW.sealed_seq)
		OR NEW.sealed_seq > coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0);
	SELECT RAISE(ABORT, 'audit_watermarks: the hash is not that of the sealed record') WHERE NEW.sealed_hash IS NOT coalesce(
		(SELECT sealed_hash FROM audit_watermarks WHERE workspace_id = NEW.workspace_id AND sealed_seq = NEW.sealed_seq),
		(SELECT leaf_hash FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.sealed_seq),
		CASE NEW.sealed_seq WHEN 0 THEN '0000000000000000000000000000000000000000000000000000000000000000' END
	);
END;
--> statement-breakpoint
CREATE TRIGGER audit_watermarks_update BEFORE UPDATE ON audit_watermarks
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: the watermark only grows, up to the newest record')
	WHERE NEW.sealed_seq < OLD.sealed_seq OR NEW.workspace_id <> OLD.workspace_id
		OR NEW.sealed_seq > max(OLD.sealed_seq, coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0));
	SELECT RAISE(ABORT, 'audit_watermarks: the hash is not that of the sealed record') WHERE NEW.sealed_hash IS NOT CASE
		WHEN NEW.sealed_seq = OLD.sealed_seq THEN OLD.sealed_hash
		ELSE (SELECT leaf_hash FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.sealed_seq)
	END;
END;
--> statement-breakpoint
CREATE TRIGGER audit_watermarks_delete BEFORE DELETE ON audit_watermarks
BEGIN
	SELECT RAISE(ABORT, 'audit_watermarks: a watermark stays');
END;
--> statement-breakpoint
-- What was sealed: whole bundles of 256, one after the other, each telling of records that are still in the table.
CREATE TRIGGER audit_segments_insert BEFORE INSERT ON audit_segments
BEGIN
	SELECT RAISE(ABORT, 'audit_segments: the segment is not the next one')
	WHERE NEW.last_seq <> NEW.first_seq + 255 OR NEW.first_seq <> 1 + coalesce(
		(SELECT max(first_seq) + 255 FROM audit_segments WHERE workspace_id = NEW.workspace_id), 0
	);
	SELECT RAISE(ABORT, 'audit_segments: the hash is not that of its last record') WHERE NEW.leaf_hash IS NOT (
		SELECT leaf_hash FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.last_seq
	);
END;
--> statement-breakpoint
CREATE TRIGGER audit_segments_update BEFORE UPDATE ON audit_segments
BEGIN
	SELECT RAISE(ABORT, 'audit_segments: a segment is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER audit_segments_delete BEFORE DELETE ON audit_segments
BEGIN
	SELECT RAISE(ABORT, 'audit_segments: a segment stays');
END;
--> statement-breakpoint
-- A value too many costs a reader one bundle; a missing one would hide a record.
CREATE TRIGGER audit_segment_values_update BEFORE UPDATE ON audit_segment_values
BEGIN
	SELECT RAISE(ABORT, 'audit_segment_values: what a segment has is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER audit_segment_values_delete BEFORE DELETE ON audit_segment_values
BEGIN
	SELECT RAISE(ABORT, 'audit_segment_values: what a segment has stays');
END;
--> statement-breakpoint
-- Checkpoints: one a size, only ever larger ones, over records that are there. What was signed is never unsaid.
CREATE TRIGGER checkpoints_insert BEFORE INSERT ON checkpoints
BEGIN
	-- The same once more (a reply was lost, or another key signed it meanwhile): nothing to do.
	SELECT RAISE(IGNORE) WHERE EXISTS (
		SELECT 1 FROM checkpoints WHERE workspace_id = NEW.workspace_id AND size = NEW.size AND root = NEW.root
	);
	SELECT RAISE(ABORT, 'checkpoints: another root was signed for this size') WHERE EXISTS (
		SELECT 1 FROM checkpoints WHERE workspace_id = NEW.workspace_id AND size = NEW.size
	);
	SELECT RAISE(ABORT, 'checkpoints: the log only grows') WHERE NEW.size < 1 OR typeof(NEW.size) <> 'integer' OR EXISTS (
		SELECT 1 FROM checkpoints WHERE workspace_id = NEW.workspace_id AND size > NEW.size
	);
	SELECT RAISE(ABORT, 'checkpoints: the log does not have so many records') WHERE NEW.size > max(
		coalesce((SELECT max(seq) FROM audit_log WHERE workspace_id = NEW.workspace_id), 0),
		coalesce((SELECT sealed_seq FROM audit_watermarks WHERE workspace_id = NEW.workspace_id), 0)
	);
END;
--> statement-breakpoint
CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints
BEGIN
	SELECT RAISE(ABORT, 'checkpoints: what was signed is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints
BEGIN
	SELECT RAISE(ABORT, 'checkpoints: what was signed stays');
END;
--> statement-breakpoint
INSERT INTO schema_info (id, version) VALUES (1, 1);
