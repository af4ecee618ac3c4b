/** Whatever was thrown -> what a person needs to hear. The one place that knows both the SDK's errors and the exit codes. */
import {
	ActionError,
	AuthenticationError,
	ConnectionError,
	HiveKeyError,
	InvalidRequestError,
	MissingScopeError,
	NotFoundError,
	RateLimitedError,
	TimeoutError,
	UnavailableError,
} from "../../sdk/typescript/src/index.ts";
import { EXIT } from "./exit-codes.ts";
import { CliFailure, type FailureFacts } from "./failure.ts";

const ROLES = "`hivekey role list` shows which roles there are.";

/** What to look at when a name of this kind is not there. */
const WHERE_TO_LOOK: Record<string, string> = {
	role: ROLES,
	"role rollback": "`hivekey role history NAME` lists the revisions, `hivekey role list` the roles.",
	"agent create": ROLES,
	types: ROLES,
	list: "`hivekey list list` shows which lists there are.",
	agent: "`hivekey agent list` shows which agents there are.",
	key: "`hivekey key list` shows which keys there are.",
	mailbox: "`hivekey mailbox list` shows which mailboxes there are.",
	workspace: "`hivekey workspace list` shows which workspaces there are.",
	sink: "`hivekey sink list` shows which sinks there are.",
	review: "`hivekey review list` shows which calls wait; ids are copied whole (rev_…).",
	audit: "`hivekey audit tail` shows the latest acts; ids are copied whole (act_…).",
};

/** What to do where others stand in the way, by command. */
const WHEN_IN_THE_WAY: Record<string, string> = {
	"role delete": "`hivekey agent set-role NAME ROLE` gives an agent another role, `hivekey agent revoke NAME` ends it.",
	"list delete": "`hivekey role get NAME` prints a role, fit to be changed and applied again.",
	"list apply": "Run the same command again.",
	"review approve": "`hivekey review show REVIEW` shows how it stands now, and what would run.",
	"review deny": "`hivekey review show REVIEW` shows how it stands now.",
	"key revoke": "`hivekey key create --owner OWNER --scope admin` makes another; --even-the-last revokes it all the same.",
};

const NETWORK_WORDS: Record<string, string> = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "the connection was cut",
	ENOTFOUND: "no such host",
	EAI_AGAIN: "the host name could not be looked up",
	ETIMEDOUT: "no answer",
	EHOSTUNREACH: "no route to the host",
	UND_ERR_SOCKET: "the connection was cut",
	UND_ERR_CONNECT_TIMEOUT: "no answer",
	DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
	CERT_HAS_EXPIRED: "its certificate has expired",
};

/**
 * @param commandName - `role apply`: hints depend on it
 */
export function explainError(error: unknown, commandName: string): CliFailure {
	if (error instanceof CliFailure) return error;
	if (error instanceof HiveKeyError) return explainAnswer(error, commandName);
	const message = error instanceof Error ? error.message : String(error);
	return new CliFailure(`Something went wrong in the CLI itself: ${message}`, {
		code: "internal_error",
		next: "Run it again; if it stays, tell us what you typed.",
	});
}

function explainAnswer(error: HiveKeyError, commandName: string): CliFailure {
	const facts: FailureFacts = { code: error.code, requestId: error.requestId, status: error.status };
	if (error instanceof ConnectionError) {
		const message = error.message.replace(/[A-Z0-9_]+$/, (code) => NETWORK_WORDS[code] ?? code);
		const next = "Is it running? `npm start` in the checkout starts one; else check the address (--url, HIVEKEY_URL, profile).";
		return new CliFailure(message, { ...facts, next });
	}
	if (error instanceof TimeoutError)
		return new CliFailure(error.message, { ...facts, next: "Try again; if it stays, check the address." });
	if (error instanceof AuthenticationError && commandName.startsWith("workspace ")) {
		const next = "Workspaces are the operator's: HIVEKEY_ROOT_KEY, or --root-key -, is the deployment's root key.";
		return new CliFailure(`The gateway did not take the root key: ${error.message}`, {
			...facts,
			next,
			exit: EXIT.notAuthenticated,
		});
	}
	if (error instanceof AuthenticationError) {
		const next = "Log in again: hivekey login --key hk_live_… (HIVEKEY_KEY, where it is set, beats the stored key)";
		return new CliFailure(`The gateway did not take the key: ${error.message}`, { ...facts, next, exit: EXIT.notAuthenticated });
	}
	if (error instanceof MissingScopeError) {
		const next = "`hivekey whoami` shows this key's scopes; use a key that has the one needed.";
		return new CliFailure(error.message, { ...facts, next, exit: EXIT.notAuthenticated });
	}
	if (error instanceof ActionError) {
		return new CliFailure(error.message, { ...facts, next: `hivekey audit show ${error.id}`, exit: EXIT.denied });
	}
	return new CliFailure(error.message, { ...facts, ...whatNext(error, commandName) });
}

function whatNext(error: HiveKeyError, commandName: string): Partial<FailureFacts> {
	const noun = commandName.split(" ")[0] ?? "";
	if (error instanceof InvalidRequestError) {
		const { errors: problems } = error;
		return problems.some((problem) => problem.code === "unknown_role") ? { problems, next: ROLES } : { problems };
	}
	if (error instanceof NotFoundError) return { next: WHERE_TO_LOOK[commandName] ?? WHERE_TO_LOOK[noun] };
	if (error instanceof RateLimitedError || error instanceof UnavailableError) {
		const seconds = error.retryAfterSeconds;
		return { next: seconds === undefined ? "Try again in a moment." : `Try again in ${Math.ceil(seconds)} s.` };
	}
	if (error.status === 409 || error.status === 412) return { next: WHEN_IN_THE_WAY[commandName] ?? WHERE_TO_LOOK[noun] };
	if ((error.status ?? 0) >= 500) return { next: "Try again; if it stays, name the request id when you ask for help." };
	return {};
}
