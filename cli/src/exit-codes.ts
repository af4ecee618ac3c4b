/** What the exit code says. Scripts rely on it. */
export const EXIT = {
	ok: 0,
	failed: 1,
	usage: 2,
	denied: 3,
	notAuthenticated: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
