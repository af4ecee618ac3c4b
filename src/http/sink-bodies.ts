/** How changes of sinks are answered. */
import type { SinkChange } from "../gateway/sinks.ts";
import type { Answer } from "./endpoint.ts";
import { summaryOf } from "./problem.ts";

export function answerSink(name: string, change: SinkChange): Answer {
	switch (change.kind) {
		case "applied":
			return { status: 200, body: change.sink };
		case "deleted":
			return { status: 204 };
		case "invalid":
			return { problem: "invalid_document", detail: summaryOf(change.problems), errors: change.problems };
		case "not_found":
			return noSink(name);
	}
}

export function noSink(name: string): Answer {
	return { problem: "not_found", detail: `there is no sink ${name}` };
}
