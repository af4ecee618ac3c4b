/** Sink documents out of a file, YAML or JSON. */
import { parseAllDocuments } from "yaml";
import type { SinkDocument } from "../../../sdk/typescript/src/index.ts";
import { CliFailure } from "../failure.ts";
import type { Source } from "./read-sources.ts";

/** The documents of a file that are sinks. The gateway says what is wrong inside of one. */
export function sinksOf({ file, bytes, named }: Source): SinkDocument[] {
	const documents = parseAllDocuments(new TextDecoder().decode(bytes), {
		uniqueKeys: true,
		stringKeys: true,
		maxAliasCount: 0,
	} as object);
	return [...documents].flatMap((document) => {
		const [error] = document.errors;
		if (error !== undefined)
			throw new CliFailure(`${file} cannot be read`, {
				code: "invalid_document",
				problems: [
					{ message: error.message.split("\n")[0] ?? "", file, line: error.linePos?.[0].line, column: error.linePos?.[0].col },
				],
			});
		const value = document.toJS({ maxAliasCount: 0 }) as SinkDocument | null;
		if (value?.kind === "Sink") return [value];
		if (named && value !== null) throw new CliFailure(`${file} is no Sink document`, { code: "invalid_document" });
		return [];
	});
}
