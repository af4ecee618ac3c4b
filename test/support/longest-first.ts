/**
 * The order of the files: what waits long begins first, and what only computes, in small files, fills the end, so that no core is
 * idle while one file is waited for.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Suites, those with the longest files first. */
const SUITES = ["e2e", "python", "packages", "sdk", "api", "cli", "deploy", "tlog", "worker", "timed", "policy"];
/** Files that wait for what a gateway does by the clock, the longest wait first. */
const WAITING = ["e2e/review", "e2e/crash-rounds", "e2e/crash", "e2e/role-limit", "e2e/start", "sdk/behaviour"];

function turn({ project, moduleId }: TestSpecification): number {
	const place = WAITING.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
	return SUITES.indexOf(project.name) * WAITING.length * 2 + (place < 0 ? WAITING.length : place);
}

export class LongestFirst extends BaseSequencer {
	/** Within these, as the base class has it: by how long they took the last time, else by size. */
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return (await super.sort(files)).sort((one, other) => turn(one) - turn(other));
	}
}
