/**
 * Server-Sent Events, read: text in pieces of any size -> events, as the standard has it.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

export interface ServerSentEvent {
	/** The name; `message` if it has none. */
	event: string;
	data: string;
	/** The id in force when it was sent, `""` if there never was one. */
	id: string;
}

/** One event may be so long, in characters. */
const LONGEST_EVENT = 16_777_216;

export class EventStreamParser {
	#line: string[] = [];
	#lineLength = 0;
	#afterReturn = false;
	#data: string[] = [];
	#dataLength = 0;
	#event = "";
	#idToCome = "";
	#lastEventId = "";

	/** The id of the last event that came whole, or that a block without data set. */
	get lastEventId(): string {
		return this.#lastEventId;
	}

	/**
	 * Takes the next piece, and answers the events that it completes. What is not followed by an empty line is no event yet.
	 * @throws RangeError for an event of more than 16 Mi characters
	 */
	push(text: string): ServerSentEvent[] {
		const events: ServerSentEvent[] = [];
		let start = 0;
		for (const { index, 0: end } of text.matchAll(/[\r\n]/g)) {
			// The two characters of a CRLF may come in two pieces.
			const isSecondHalf = end === "\n" && this.#afterReturn && index === start;
			this.#afterReturn = end === "\r";
			if (isSecondHalf) {
				start = index + 1;
				continue;
			}
			this.#keep(text.slice(start, index));
			start = index + 1;
			const event = this.#endLine();
			if (event !== null) events.push(event);
		}
		if (start < text.length) {
			this.#afterReturn = false;
			this.#keep(text.slice(start));
		}
		return events;
	}

	#keep(part: string): void {
		this.#lineLength += part.length;
		if (this.#lineLength + this.#dataLength > LONGEST_EVENT) throw new RangeError("an event is longer than any may be");
		if (part !== "") this.#line.push(part);
	}

	#endLine(): ServerSentEvent | null {
		const line = this.#line.join("");
		this.#line = [];
		this.#lineLength = 0;
		if (line === "") return this.#endEvent();
		const colon = line.indexOf(":");
		if (colon === 0) return null;
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
		if (field === "event") this.#event = value;
		else if (field === "id" && !value.includes("\0")) this.#idToCome = value;
		else if (field === "data") {
			this.#data.push(value);
			this.#dataLength += value.length + 1;
		}
		return null;
	}

	#endEvent(): ServerSentEvent | null {
		this.#lastEventId = this.#idToCome;
		const { length } = this.#data;
		const event = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#lastEventId };
		this.#data = [];
		this.#dataLength = 0;
		this.#event = "";
		return length > 0 ? event : null;
	}
}
