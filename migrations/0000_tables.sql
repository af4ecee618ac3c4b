-- audit_log, audit_segments, audit_segment_values, audit_spans, audit_watermarks and checkpoints are WITHOUT ROWID, which the generator
-- cannot say: a rowid would be a second key by which REPLACE could walk past the triggers.
CREATE TABLE `agent_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`digest` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text,
	`revoked_at` text
);
--> statement-breakpoint
CREATE INDEX `agent_tokens_by_agent` ON `agent_tokens` (`workspace_id`,`agent_id`);--> statement-breakpoint
CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`labels` text NOT NULL,
	`epoch` integer DEFAULT 1 NOT NULL,
	`bound` integer DEFAULT 0 NOT NULL,
	`acked_epoch` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`last_seen_at` text,
	`revoked_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_by_name` ON `agents` (`workspace_id`,`name`);--> statement-breakpoint
CREATE INDEX `agents_by_role` ON `agents` (`workspace_id`,`role`);--> statement-breakpoint
CREATE INDEX `agents_bound` ON `agents` (`bound`,`id`);--> statement-breakpoint
CREATE TABLE `admin_acts` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` text NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `admin_acts_by_workspace` ON `admin_acts` (`workspace_id`,`n`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`workspace_id` text NOT NULL,
	`seq` integer NOT NULL,
	`leaf_hash` text NOT NULL,
	`record` text NOT NULL,
	`time` text GENERATED ALWAYS AS ((record ->> '$.time')) VIRTUAL,
	`kind` text GENERATED ALWAYS AS ((record ->> '$.kind')) VIRTUAL,
	`agent` text GENERATED ALWAYS AS ((record ->> '$.agent')) VIRTUAL,
	`act_id` text GENERATED ALWAYS AS ((record ->> '$.act_id')) VIRTUAL,
	`action` text GENERATED ALWAYS AS ((record ->> '$.action')) VIRTUAL,
	`state` text GENERATED ALWAYS AS ((record ->> '$.state')) VIRTUAL,
	`verdict` text GENERATED ALWAYS AS ((record ->> '$.verdict')) VIRTUAL,
	PRIMARY KEY(`workspace_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `audit_log_by_act` ON `audit_log` (`workspace_id`,`act_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_by_agent` ON `audit_log` (`workspace_id`,`agent`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_by_action` ON `audit_log` (`workspace_id`,`action`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_by_verdict` ON `audit_log` (`workspace_id`,`verdict`,`seq`) WHERE "verdict" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `audit_log_by_state` ON `audit_log` (`workspace_id`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_by_kind` ON `audit_log` (`workspace_id`,`kind`,`seq`);--> statement-breakpoint
CREATE TABLE `audit_segment_values` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`value` text NOT NULL,
	`first_seq` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`, `value`, `first_seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit_segments` (
	`workspace_id` text NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`first_time` text,
	`last_time` text,
	`leaf_hash` text NOT NULL,
	`sha256` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `first_seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit_spans` (
	`workspace_id` text NOT NULL,
	`span` integer NOT NULL,
	`first_time` text NOT NULL,
	`last_time` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `span`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit_watermarks` (
	`workspace_id` text PRIMARY KEY NOT NULL,
	`sealed_seq` integer NOT NULL,
	`sealed_hash` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `checkpoints` (
	`workspace_id` text NOT NULL,
	`size` integer NOT NULL,
	`root` text NOT NULL,
	`note` text NOT NULL,
	`time` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `size`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lists` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`sha256` text NOT NULL,
	`count` integer NOT NULL,
	`changed_by` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `mailboxes` (
	`address` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`agents` text DEFAULT '[]' NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mailboxes_by_workspace` ON `mailboxes` (`workspace_id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`mailbox` text NOT NULL,
	`folder` text NOT NULL,
	`from_address` text NOT NULL,
	`to_addresses` text NOT NULL,
	`subject` text NOT NULL,
	`excerpt` text NOT NULL,
	`attachments` text NOT NULL,
	`size` integer NOT NULL,
	`digest` text NOT NULL,
	`received_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `messages_by_folder` ON `messages` (`workspace_id`,`mailbox`,`folder`,`received_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_by_digest` ON `messages` (`workspace_id`,`mailbox`,`digest`);--> statement-breakpoint
CREATE TABLE `role_revisions` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`rev` integer NOT NULL,
	`hash` text NOT NULL,
	`source` text NOT NULL,
	`document` text NOT NULL,
	`compiled` text NOT NULL,
	`grants` integer NOT NULL,
	`warnings` text NOT NULL,
	`changed_by` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`, `rev`)
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`rev` integer NOT NULL,
	`hash` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `admin_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`owner` text NOT NULL,
	`scopes` text NOT NULL,
	`digest` text NOT NULL,
	`made_by` text,
	`created_at` text NOT NULL,
	`last_used_at` text,
	`revoked_at` text
);
--> statement-breakpoint
CREATE INDEX `admin_keys_by_workspace` ON `admin_keys` (`workspace_id`,`id`);--> statement-breakpoint
CREATE TABLE `schema_info` (
	`id` integer PRIMARY KEY DEFAULT 1 NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`organization` text NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_by_name` ON `workspaces` (`organization`,`name`);