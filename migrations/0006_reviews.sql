CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`agent` text NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`view` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `reviews_by_state` ON `reviews` (`workspace_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `reviews_by_agent` ON `reviews` (`workspace_id`,`agent`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `reviews_by_workspace` ON `reviews` (`workspace_id`,`id`);--> statement-breakpoint
ALTER TABLE `agents` ADD `made_by` text;--> statement-breakpoint
-- Who made the agents that are there already: the log has it.
UPDATE agents SET made_by = (
	SELECT record ->> '$.token_id' FROM audit_log
	WHERE audit_log.workspace_id = agents.workspace_id AND audit_log.action = 'agent.create'
		AND audit_log.kind = 'admin' AND audit_log.agent = agents.name
);
--> statement-breakpoint
UPDATE schema_info SET version = 5;
