/** Whether a value is a Sink document. Where it may send to is for the gateway to say. */
import type { Json } from "../contract/json.ts";
import { SINK_KEYS, type SinkDocument, sinkDocumentSchema } from "../contract/sinks.ts";
import type { Finding } from "./document-positions.ts";
import { type ShapeWords, shapeFindings } from "./shape-findings.ts";

export type CheckedSink = { ok: true; document: SinkDocument } | { ok: false; findings: Finding[] };

const SINK_WORDS: ShapeWords = { keys: SINK_KEYS };

/** Checks one document; all findings at once. */
export function checkSink(value: Json): CheckedSink {
	const parsed = sinkDocumentSchema.safeParse(value);
	return parsed.success
		? { ok: true, document: parsed.data }
		: { ok: false, findings: shapeFindings(parsed.error, value, SINK_WORDS) };
}
