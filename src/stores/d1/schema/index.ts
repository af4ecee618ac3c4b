export * from "./agents.ts";
export * from "./audit-log.ts";
export * from "./checkpoints.ts";
export * from "./lists.ts";
export * from "./mail.ts";
export * from "./roles.ts";
export * from "./workspaces.ts";
