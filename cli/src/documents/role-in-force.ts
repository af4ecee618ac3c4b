/** The role that a change was looked at against, and what the change counts on, so that nobody is overwritten unseen. */
import {
	type HiveKeyAdmin,
	HiveKeyError,
	NotFoundError,
	type PutRoleOptions,
	type Role,
	type Tagged,
} from "../../../sdk/typescript/src/index.ts";
import { CliFailure } from "../failure.ts";

export type RoleInForce = Role & Tagged;

/** What must still hold when a change is made. */
export type RoleCondition = Pick<PutRoleOptions, "ifMatch" | "ifNoneMatch">;

/** The role in force, null if there is none. */
export async function roleInForce(admin: HiveKeyAdmin, name: string): Promise<RoleInForce | null> {
	try {
		return await admin.roles.get(name);
	} catch (error) {
		if (error instanceof NotFoundError) return null;
		throw error;
	}
}

/**
 * That the role is still as it was seen.
 * @throws CliFailure if the answer did not say what it was
 */
export function conditionOn(seen: RoleInForce): { ifMatch: string };
export function conditionOn(seen: RoleInForce | null): RoleCondition;
export function conditionOn(seen: RoleInForce | null): RoleCondition {
	if (seen === null) return { ifNoneMatch: "*" };
	if (seen.etag !== null) return { ifMatch: seen.etag };
	throw new CliFailure(
		`The answer about role ${seen.name} came without its ETag: nothing would keep others from being overwritten`,
		{
			code: "no_etag",
			next: "Something between here and the gateway takes it away. `--yes` goes on without a look at what others do.",
		},
	);
}

/** Somebody was quicker: their change is not overwritten, and the message says so. Other errors stay what they are. */
export function explainStale(error: unknown, name: string): unknown {
	if (!(error instanceof HiveKeyError) || error.status !== 412) return error;
	return new CliFailure(`Role ${name} was changed by somebody else meanwhile; it stays as they left it`, {
		code: error.code,
		status: error.status,
		requestId: error.requestId,
		next: "Run the command again: it shows what has changed since.",
	});
}
