-- An agent's role exists, and a role that an agent uses stays. As triggers, so that no two requests can race past each other.

CREATE TRIGGER agents_role_exists_insert BEFORE INSERT ON agents
BEGIN
	SELECT RAISE(ABORT, 'agents: no such role') WHERE NOT EXISTS (
		SELECT 1 FROM roles WHERE workspace_id = NEW.workspace_id AND name = NEW.role
	);
END;
--> statement-breakpoint
CREATE TRIGGER agents_role_exists_update BEFORE UPDATE OF role ON agents WHEN NEW.role <> OLD.role
BEGIN
	SELECT RAISE(ABORT, 'agents: no such role') WHERE NOT EXISTS (
		SELECT 1 FROM roles WHERE workspace_id = NEW.workspace_id AND name = NEW.role
	);
END;
--> statement-breakpoint
CREATE TRIGGER roles_in_use BEFORE DELETE ON roles
BEGIN
	SELECT RAISE(ABORT, 'roles: still in use') WHERE EXISTS (
		SELECT 1 FROM agents WHERE workspace_id = OLD.workspace_id AND role = OLD.name AND revoked_at IS NULL
	);
END;
--> statement-breakpoint
UPDATE schema_info SET version = 2;
