/** What somebody sends who wants a mail past the guards of the product page: bodies of `mail.send` as they go over the wire. */

const GOOD = "jordan@acme.com";
const EVIL = "eve@gmail.com";
const REST = '"subject":"Hi","body":"x"';

/** Characters that some reader skips, folds, or takes for the end of something. */
const ODD = [
	...'\0\t\n\v\f\r !"%(),:;<>@[\\]\u007f\u0085\u00a0\u00ad\u0130\u017f\u200b\u200d\u2028\u2029\u202e\u2060\u212a\u3002\ufe6b\ufeff\uff0e\uff20\ufffd',
];

const bodyOf = (fields: object) => JSON.stringify({ to: GOOD, subject: "Hi", body: "x", ...fields });

/** Each odd character at each place where it might part, join or hide two addresses. */
function oddAddresses(): string[] {
	return ODD.flatMap((odd) => [
		`${GOOD}${odd}`,
		`${GOOD}${odd}${EVIL}`,
		`${EVIL}${odd}${GOOD}`,
		`${EVIL}${odd}@acme.com`,
		`${EVIL}${odd}.acme.com`,
		`eve${odd}gmail.com@acme.com`,
		`jordan@acme${odd}com`,
	]);
}

const ADDRESS_FIELDS = ["to", "cc", "bcc", "reply_to"] as const;

/** Fields that other mailers have, or that other readers take for one of ours. */
const STRANGE_FIELDS: Record<string, unknown> = {
	TO: EVIL,
	"to ": EVIL,
	"to\0": EVIL,
	"\u03c4o": EVIL,
	Bcc: EVIL,
	replyTo: EVIL,
	"reply-to": EVIL,
	from: EVIL,
	sender: EVIL,
	recipients: [EVIL],
	envelope: { to: EVIL },
	headers: { Bcc: EVIL },
	raw: `To: ${EVIL}`,
	html: "<b>x</b>",
	text: "y",
	attachments: [{ filename: "mail.eml", content: "x" }],
	in_reply_to: `<x>\r\nBcc: ${EVIL}`,
	input: { to: EVIL },
	rate: { per_day: 0 },
	dry_run: true,
	toJSON: "x",
	length: 1,
};

/** What stands in an address field that is no address and no list of them. */
const STRANGE_VALUES: unknown[] = [
	null,
	true,
	7,
	{ 0: EVIL },
	{ 0: EVIL, length: 1 },
	{ address: EVIL },
	{ email: EVIL, name: GOOD },
	{ toString: EVIL },
	{ domain: "acme.com" },
	[[EVIL]],
	[GOOD, [EVIL]],
	[GOOD, { address: EVIL }],
	[GOOD, null],
	[GOOD, EVIL],
	[...Array<string>(49).fill(GOOD), EVIL],
	[...Array<string>(50).fill(GOOD), EVIL],
];

const SUBJECTS = ["\r\n", "\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\0"].map((end) => `Hi${end}Bcc: ${EVIL}`);

/** Texts that are no strict JSON, or say one thing to one reader and another to the next. */
const TEXTS = [
	`{"to":"${GOOD}","to":"${EVIL}",${REST}}`,
	`{"to":"${GOOD}","t\\u006f":"${EVIL}",${REST}}`,
	`{"to":"${GOOD}","bcc":[],"bcc":"${EVIL}",${REST}}`,
	`{"to":"${GOOD}","__proto__":{"bcc":"${EVIL}"},${REST}}`,
	`{"__proto__":{"to":"${EVIL}",${REST}}}`,
	`{"to":"${GOOD}","constructor":{"prototype":{"bcc":"${EVIL}"}},${REST}}`,
	`{"to":"eve\\u0040gmail.com",${REST}}`,
	`{"\\u0074\\u006F":"${EVIL}",${REST}}`,
	`\ufeff${bodyOf({})}`,
	`${bodyOf({})}${bodyOf({ to: EVIL })}`,
	`${bodyOf({})}\n${bodyOf({ to: EVIL })}`,
	`[${bodyOf({ to: EVIL })}]`,
	`{/*"to":"${GOOD}"*/"to":"${EVIL}",${REST}}`,
	`{to:"${EVIL}",${REST}}`,
	`{'to':'${EVIL}'}`,
	`{"to":"${GOOD}",${REST},}`,
	`to=${encodeURIComponent(EVIL)}&subject=Hi&body=x`,
	`<mail><to>${EVIL}</to></mail>`,
	`{"to":"${GOOD}\\ud800",${REST}}`,
	JSON.stringify(bodyOf({ to: EVIL })),
];

/** Every body that must not become a mail, once. */
export function attacks(): string[] {
	const addresses = oddAddresses().map((address, index) => {
		const field = ADDRESS_FIELDS[index % ADDRESS_FIELDS.length] as string;
		return bodyOf({ [field]: index % 3 === 0 ? [GOOD, address].slice(field === "reply_to" ? 1 : 0) : address });
	});
	const fields = Object.entries(STRANGE_FIELDS).map(([name, value]) => bodyOf({ [name]: value }));
	const values = ADDRESS_FIELDS.flatMap((field) => STRANGE_VALUES.map((value) => bodyOf({ [field]: value })));
	return [...new Set([...addresses, ...fields, ...values, ...SUBJECTS.map((subject) => bodyOf({ subject })), ...TEXTS])];
}
