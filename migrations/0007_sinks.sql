CREATE TABLE `notices` (
	`workspace_id` text NOT NULL,
	`sink` text NOT NULL,
	`id` text NOT NULL,
	`event` text NOT NULL,
	`review` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`fault` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `sink`, `id`)
);
--> statement-breakpoint
CREATE INDEX `notices_due` ON `notices` (`next_at`) WHERE "next_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `notices_by_age` ON `notices` (`created_at`);--> statement-breakpoint
CREATE TABLE `sinks` (
	`workspace_id` text NOT NULL,
	`name` text NOT NULL,
	`document` text NOT NULL,
	`changed_by` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `name`)
);
--> statement-breakpoint
UPDATE schema_info SET version = 6;
