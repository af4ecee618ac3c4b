CREATE TABLE `connector_actions` (
	`workspace_id` text NOT NULL,
	`sha256` text NOT NULL,
	`document` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `sha256`)
);
--> statement-breakpoint
CREATE TABLE `connector_revisions` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`rev` integer NOT NULL,
	`hash` text NOT NULL,
	`head` text NOT NULL,
	`actions` text NOT NULL,
	`count` integer NOT NULL,
	`changed_by` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`, `rev`)
);
--> statement-breakpoint
CREATE TABLE `connectors` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`rev` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `secrets` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`sealed` text,
	`key_id` text NOT NULL,
	`changed_by` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`)
);
--> statement-breakpoint
ALTER TABLE `role_revisions` ADD `pins` text DEFAULT '{}' NOT NULL;