/** The actions that an agent sees, as tools that a model can call: what every framework's entry point is made of. */
import {
	ActionError,
	DeniedError,
	ExpiredError,
	HeldError,
	InvalidRequestError,
	UnknownOutcomeError,
	UpstreamFailedError,
} from "../errors.ts";
import type { HiveKey } from "../hivekey.ts";
import type { RunOptions } from "../resources/actions.ts";
import type { VisibleAction } from "../types.ts";
import { toolNames } from "./tool-names.ts";

export interface ToolOptions {
	/** Only these actions; a name that the agent does not see is an error. Left out: all that it sees. */
	only?: readonly string[] | undefined;
	/** Waits through a review before the model is told. Left out: the model is told that the call is held. */
	wait?: RunOptions["wait"];
}

/** One action as a tool. */
export interface ActionTool {
	/** The action's name in the letters that models take: `mail_send`. */
	name: string;
	/** As the gateway knows it: `mail.send`. */
	action: string;
	description: string;
	/** JSON Schema 2020-12 of an object. */
	inputSchema: Record<string, unknown>;
	/** Runs the action. Resolves with its result, or with why there is none in words that a model can act on. */
	run(input: unknown, options?: { signal?: AbortSignal | undefined }): Promise<unknown>;
}

/**
 * Asks the gateway which actions this agent sees. What is not visible is no tool.
 * @throws RangeError for a name in `only` that the agent does not see; HiveKeyError as `hk.actions.list()`
 */
export async function actionTools(hk: HiveKey, { only, wait }: ToolOptions = {}): Promise<ActionTool[]> {
	const visible: VisibleAction[] = [];
	for await (const action of hk.actions.list()) visible.push(action);
	const unseen = only?.find((name) => !visible.some((action) => action.name === name));
	if (unseen !== undefined) throw new RangeError(`This agent sees no action ${unseen}.`);
	const names = toolNames(visible.map(({ name }) => name));
	return visible
		.filter(({ name }) => only === undefined || only.includes(name))
		.map(({ name, description, input_schema }) => ({
			name: names.get(name) as string,
			action: name,
			description,
			inputSchema: { type: "object", ...input_schema },
			run: (input, options) => runForModel(hk, name, input, { wait, signal: options?.signal }),
		}));
}

async function runForModel(hk: HiveKey, action: string, input: unknown, options: RunOptions): Promise<unknown> {
	try {
		return (await hk.actions.run(action, (input ?? {}) as object, options)).result;
	} catch (error) {
		const told = toldToModel(error);
		if (told === null) throw error;
		return told;
	}
}

/** What the model is told, null for what is no news about the call (a bad token, say) and belongs to the program. */
function toldToModel(error: unknown): Record<string, unknown> | null {
	if (error instanceof InvalidRequestError) {
		return { error: error.code, message: error.message, errors: error.errors, next: "Correct the input." };
	}
	if (!(error instanceof ActionError)) return null;
	const { id, reason } = error;
	if (error instanceof DeniedError) {
		const { retryAt, matchedGuard } = error;
		const next = retryAt === null ? "Do not call it again with this input." : `It may pass from ${retryAt} on.`;
		return { error: "denied", reason, guard: matchedGuard, id, next };
	}
	if (error instanceof HeldError) {
		return { error: "held", reason, id, next: "A person has to sign it off first. It has not run; do not call it again." };
	}
	if (error instanceof ExpiredError) return { error: "expired", id, next: "Nobody signed it off in time. It has not run." };
	if (error instanceof UnknownOutcomeError) {
		return { error: "unknown", id, next: "It may or may not have run: find out before you call it again." };
	}
	if (error instanceof UpstreamFailedError) return { error: "failed", message: error.failure?.message ?? error.message, id };
	return null;
}
