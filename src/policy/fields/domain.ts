/** `.domain`: of a plain e-mail address, or of a URL's host, in lower case. No text is both: no address has a colon in it. */
import { readDomain } from "../domain-name.ts";
import { readEmailAddress } from "../email-address.ts";
import { UNREADABLE_FORM } from "../reading.ts";
import { readUrl } from "../url.ts";
import type { DerivedField } from "./derived.ts";

export const domain: DerivedField = {
	name: "domain",
	of: "text",
	gives: "string",
	operands: "domain",
	human: "domain",
	derive: (value) => (typeof value === "string" ? (domainOf(value) ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};

/** Null for a host that is an IP address, which has no domain. */
function domainOf(text: string): string | null {
	const address = readEmailAddress(text);
	return address === null ? readDomain(readUrl(text)?.host ?? "") : address.domain;
}
