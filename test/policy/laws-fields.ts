/** The fields of the two actions of the laws, by what they may be compared with. */

/** Lists by name, which every generated role has. */
export const LISTS = {
	words: ["a", "B", "ab"],
	domains: ["acme.com", "*.rival.com"],
	addresses: ["bob@acme.com", "Eve@rival.com"],
	nets: ["10.0.0.0/8", "2001:db8::/32"],
	numbers: [1, 2, 3],
};

/** A kind of field: what it may be compared with. */
export interface Sort {
	fields: string[];
	/** Such fields of an element of `parts`. */
	inner: string[];
	constants: (string | number)[];
	list?: keyof typeof LISTS;
	ops: "texts" | "numbers" | "instants" | "addresses" | "equality";
	/** They may be compared with each other. */
	alike?: true;
}

export const PARCEL: Sort[] = [
	{
		fields: [
			"service",
			"wanted",
			"maybe",
			"address.city",
			"address.domain",
			"parts[].name",
			"parts[0].name",
			"extra.x",
			"input.time",
			"agent.name",
			"agent.labels.team",
		],
		inner: ["name", "input.service", "agent.name"],
		constants: ["a", "B", "ab", "Σa", "i"],
		list: "words",
		ops: "texts",
		alike: true,
	},
	{
		fields: ["tags", "wishes", "address.lines", "extra.xs"],
		inner: ["tags", "input.tags"],
		constants: ["a", "B", "ab"],
		list: "words",
		ops: "texts",
		alike: true,
	},
	{
		fields: ["weight", "limit", "weights", "parts[].price", "parts[].pieces[].count", "extra.n"],
		inner: ["price", "size", "input.weight"],
		constants: [0, 1, 2.5],
		list: "numbers",
		ops: "numbers",
		alike: true,
	},
	{
		fields: [
			"parts.count",
			"receivers.count",
			"tags.count",
			"service.length",
			"tags.length",
			"parts[].tags.count",
			"address.lines.count",
		],
		inner: ["tags.count", "name.length", "pieces.count"],
		constants: [0, 1, 2],
		list: "numbers",
		ops: "numbers",
		alike: true,
	},
	{ fields: ["time.hour"], inner: ["time.hour"], constants: [0, 9, 23], ops: "numbers" },
	{ fields: ["time.weekday"], inner: ["time.weekday"], constants: ["mon", "sun", "sat"], ops: "equality" },
	{
		fields: ["sender", "receivers", "copies", "parts[].owner"],
		inner: ["owner", "input.sender"],
		constants: ["bob@acme.com", "Eve@rival.com"],
		list: "addresses",
		ops: "texts",
		alike: true,
	},
	{
		fields: ["sender.domain", "receivers.domain", "parts[].owner.domain", "url.domain"],
		inner: ["owner.domain", "input.receivers.domain"],
		constants: ["acme.com", "*.rival.com", "RIVAL.com"],
		list: "domains",
		ops: "equality",
		alike: true,
	},
	{ fields: ["sender.local", "receivers.local"], inner: ["owner.local"], constants: ["bob", "Eve"], ops: "texts", alike: true },
	{
		fields: ["url.host", "callbacks.host"],
		inner: ["input.url.host"],
		constants: ["acme.com", "*.rival.com", "10.0.0.1"],
		ops: "equality",
		alike: true,
	},
	{
		fields: ["url.scheme", "callbacks.scheme"],
		inner: ["input.url.scheme"],
		constants: ["https", "FTP"],
		ops: "texts",
		alike: true,
	},
	{ fields: ["url.path"], inner: ["input.url.path"], constants: ["/", "/a", "/a/b"], ops: "texts" },
	{
		fields: ["send_at", "arrive_by"],
		inner: ["input.send_at"],
		constants: ["2026-01-01", "2026-06-01T12:00:00.5+02:00"],
		ops: "instants",
		alike: true,
	},
	{
		fields: ["origin", "request.ip"],
		inner: ["request.ip"],
		constants: ["10.1.0.0/16", "::ffff:10.0.0.0/104", "2001:db8:1::/48"],
		list: "nets",
		ops: "addresses",
	},
];

const MAIL: Sort[] = [
	{
		fields: ["to", "cc", "bcc", "reply_to"],
		inner: [],
		constants: ["bob@acme.com", "Eve@rival.com"],
		list: "addresses",
		ops: "texts",
		alike: true,
	},
	{
		fields: ["to.domain", "cc.domain", "reply_to.domain"],
		inner: [],
		constants: ["acme.com", "*.rival.com"],
		list: "domains",
		ops: "equality",
		alike: true,
	},
	{ fields: ["to.local"], inner: [], constants: ["bob", "Eve"], ops: "texts", alike: true },
	{
		fields: ["to.count", "cc.count", "to.length", "subject.length"],
		inner: [],
		constants: [0, 1, 2, 12],
		list: "numbers",
		ops: "numbers",
		alike: true,
	},
	{
		fields: ["subject", "body", "request.country"],
		inner: [],
		constants: ["a", "B", "ab"],
		list: "words",
		ops: "texts",
		alike: true,
	},
];

export const ACTIONS = { "mail.send": MAIL, "shop.parcel.send": PARCEL };
export type LawAction = keyof typeof ACTIONS;
