/** What publint and Are The Types Wrong find in a tarball. */
import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * Everything that either has to say. The packages are ES modules for Node 18 and later: what a program sees that resolves as Node 10
 * did, or that requires them, is not looked at.
 */
export async function publishingProblems(tarball: string): Promise<string[]> {
	const data = await readFile(tarball);
	const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
	const { messages, pkg } = await publint({ pack: { tarball: bytes }, level: "suggestion", strict: true });
	const types = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
	const wrong = types.types === false ? [] : types.problems.filter(isForModules).map((problem) => JSON.stringify(problem));
	return [...messages.map((message) => formatMessage(message, pkg) ?? message.code), ...wrong];
}

function isForModules(problem: Problem): boolean {
	const kind = (problem as { resolutionKind?: string }).resolutionKind;
	return kind !== "node10" && kind !== "node16-cjs";
}
