/** Something went wrong, told so that a person can go on: what, why, and what to do next. */
import { EXIT, type ExitCode } from "./exit-codes.ts";

/** One place in a file, or one part of a request, and what is wrong with it. */
export interface ProblemLine {
	message: string;
	code?: string;
	path?: string;
	file?: string;
	line?: number;
	column?: number;
}

export interface FailureFacts {
	code: string;
	/** What to do next. */
	next?: string;
	exit?: ExitCode;
	problems?: ProblemLine[];
	requestId?: string | null;
	status?: number;
}

export class CliFailure extends Error {
	readonly code: string;
	readonly next: string | undefined;
	readonly exit: ExitCode;
	readonly problems: ProblemLine[];
	readonly requestId: string | null;
	readonly status: number | undefined;

	constructor(message: string, facts: FailureFacts) {
		super(message);
		this.name = "CliFailure";
		this.code = facts.code;
		this.next = facts.next;
		this.exit = facts.exit ?? EXIT.failed;
		this.problems = facts.problems ?? [];
		this.requestId = facts.requestId ?? null;
		this.status = facts.status;
	}
}

/** The command line itself was wrong: exit code 2. */
export function usageFailure(message: string, next?: string): CliFailure {
	return new CliFailure(message, { code: "usage", next, exit: EXIT.usage });
}
