/** What stands where in the input of the two actions that the laws are about, written down by hand. */

export interface Place {
	is: "text" | "address" | "number" | "object" | "text or null" | "open";
	/** A list may stand there. */
	list?: true;
}

const TEXT: Place = { is: "text" };
const NUMBER: Place = { is: "number" };
const TEXTS: Place = { is: "text", list: true };
const ADDRESSES: Place = { is: "address", list: true };
const OBJECTS: Place = { is: "object", list: true };

function partsUnder(name: string): Record<string, Place> {
	return {
		[name]: OBJECTS,
		[`${name}[].name`]: TEXT,
		[`${name}[].size`]: NUMBER,
		[`${name}[].price`]: NUMBER,
		[`${name}[].owner`]: { is: "address" },
		[`${name}[].tags`]: TEXTS,
		[`${name}[].pieces`]: OBJECTS,
		[`${name}[].pieces[].kind`]: TEXT,
		[`${name}[].pieces[].count`]: NUMBER,
	};
}

const PLACES: Record<string, Record<string, Place>> = {
	"mail.send": { to: ADDRESSES, cc: ADDRESSES, bcc: ADDRESSES, reply_to: ADDRESSES, subject: TEXT, body: TEXT },
	"shop.parcel.send": {
		weight: NUMBER,
		limit: NUMBER,
		weights: { is: "number", list: true },
		service: TEXT,
		wanted: TEXT,
		maybe: { is: "text or null" },
		tags: TEXTS,
		wishes: TEXTS,
		sender: { is: "address" },
		receivers: ADDRESSES,
		copies: ADDRESSES,
		url: TEXT,
		callbacks: TEXTS,
		send_at: TEXT,
		arrive_by: TEXT,
		origin: TEXT,
		address: { is: "object" },
		"address.city": TEXT,
		"address.domain": TEXT,
		"address.lines": TEXTS,
		...partsUnder("parts"),
		...partsUnder("inserts"),
		extra: { is: "object" },
		time: TEXT,
	},
};

export const COVERS: Record<string, Record<string, string[]>> = {
	"mail.send": { to: ["cc", "bcc", "reply_to"] },
	"shop.parcel.send": { receivers: ["copies"], parts: ["inserts"] },
};

/** What may stand at a path such as `parts[].tags`; what is in `extra` may be anything. */
export function placeOf(action: string, path: string): Place | undefined {
	const places = PLACES[action] ?? {};
	const known = places[path];
	if (known !== undefined) return known;
	if (path.startsWith("extra.")) return { is: "open" };
	const list = path.endsWith("[]") ? placeOf(action, path.slice(0, -2)) : undefined;
	return list?.list === true ? { is: list.is } : undefined;
}
