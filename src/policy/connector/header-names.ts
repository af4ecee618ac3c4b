/**
 * Which headers a connector may send or show. Those that say where a message ends, who it is for, or what method it really has are
 * the gateway's alone; credentials come from `auth`.
 */

const REFUSED: ReadonlySet<string> = new Set([
	"accept-encoding",
	"authorization",
	"connection",
	"content-encoding",
	"content-length",
	"content-type",
	"cookie",
	"cookie2",
	"expect",
	"forwarded",
	"host",
	"http2-settings",
	"keep-alive",
	"origin",
	"proxy-authenticate",
	"proxy-authorization",
	"proxy-connection",
	"set-cookie",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"via",
	"x-original-url",
	"x-rewrite-url",
	"x-http-method",
	"x-http-method-override",
	"x-method-override",
	"x-real-ip",
]);
const REFUSED_FAMILIES = /^(cf-|sec-|proxy-|x-forwarded-|x-hivekey-)/;

/** Whether an action may send a header of this name (in lower case). */
export function maySend(name: string): boolean {
	return !REFUSED.has(name) && !REFUSED_FAMILIES.test(name);
}

const NEVER_SHOWN: ReadonlySet<string> = new Set([
	"connection",
	"keep-alive",
	"proxy-authenticate",
	"proxy-authorization",
	"set-cookie",
	"set-cookie2",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"www-authenticate",
]);

/** Whether a header of an answer may be shown to an agent. */
export function mayShow(name: string): boolean {
	return !NEVER_SHOWN.has(name) && !REFUSED_FAMILIES.test(name);
}
