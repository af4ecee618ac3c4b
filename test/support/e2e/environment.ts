/** The whole environment of a process that a test starts: the path to Node, and what the test gives. Nothing of the user's. */
export function environment(variables: Record<string, string>): NodeJS.ProcessEnv {
	return { PATH: process.env.PATH, ...variables } as unknown as NodeJS.ProcessEnv;
}
