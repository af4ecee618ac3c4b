-- A revision of a role goes in force with the connectors and secrets as they are. As a trigger, so that no two requests can race
-- past each other. A version of 0 is a secret that was not set.

CREATE TRIGGER role_revisions_connectors BEFORE INSERT ON role_revisions
BEGIN
	SELECT RAISE(ABORT, 'role_revisions: a connector is not what was pinned') WHERE EXISTS (
		SELECT 1 FROM json_each(NEW.pins, '$.connectors') AS taken WHERE NOT EXISTS (
			SELECT 1 FROM connectors WHERE workspace_id = NEW.workspace_id AND name = taken.key AND rev = taken.value
		)
	);
	SELECT RAISE(ABORT, 'role_revisions: a secret is not what was pinned') WHERE EXISTS (
		SELECT 1 FROM json_each(NEW.pins, '$.secrets') AS taken WHERE taken.value <> coalesce((
			SELECT version FROM secrets WHERE workspace_id = NEW.workspace_id AND name = taken.key AND sealed IS NOT NULL
		), 0)
	);
END;
--> statement-breakpoint
UPDATE schema_info SET version = 4;
