-- A revision goes in force with the lists as they are, and a list that a role in force takes stays. As triggers, so that no two
-- requests can race past each other.

CREATE TRIGGER role_revisions_lists BEFORE INSERT ON role_revisions
BEGIN
	SELECT RAISE(ABORT, 'role_revisions: a list is not what was pinned') WHERE EXISTS (
		SELECT 1 FROM json_each(NEW.compiled, '$.lists') AS taken
		WHERE taken.type = 'object' AND NOT EXISTS (
			SELECT 1 FROM lists
			WHERE workspace_id = NEW.workspace_id AND name = taken.key AND sha256 = (taken.value ->> '$.sha256')
		)
	);
END;
--> statement-breakpoint
CREATE TRIGGER lists_in_use BEFORE DELETE ON lists
BEGIN
	SELECT RAISE(ABORT, 'lists: still in use') WHERE EXISTS (
		SELECT 1 FROM roles
		JOIN role_revisions AS revision
			ON revision.workspace_id = roles.workspace_id AND revision.name = roles.name AND revision.rev = roles.rev
		WHERE roles.workspace_id = OLD.workspace_id
			AND CASE WHEN json_valid(revision.compiled)
				THEN json_type(revision.compiled, '$.lists."' || OLD.name || '".sha256')
			END IS NOT NULL
	);
END;
--> statement-breakpoint
UPDATE schema_info SET version = 3;
