/** Where the gateway sends nothing, in whatever spelling. In workerd, with the URL parser that also fetches. */
import { describe, expect, test } from "vitest";
import { destinationOf, readNetworks } from "../../src/outbound/destination.ts";

const none = { allowed: [] };
const refused = (url: string, policy: Parameters<typeof destinationOf>[1] = none) => {
	const destination = destinationOf(url, policy);
	return destination.ok ? destination.url.href : false;
};

describe("refused", () => {
	test.each([
		// This machine.
		"https://localhost/",
		"https://LOCALHOST./",
		"https://x.localhost/",
		"https://127.0.0.1/",
		"https://127.1/",
		"https://127.000.000.001/",
		"https://0x7f000001/",
		"https://0x7f.0.0.1/",
		"https://2130706433/",
		"https://017700000001/",
		"https://%31%32%37.0.0.1/",
		"https://①②⑦.0.0.1/",
		"https://127。0。0。1/",
		"https://0/",
		"https://0.0.0.0/",
		"https://[::1]/",
		"https://[::]/",
		"https://[0:0:0:0:0:0:0:1]/",
		"https://[::ffff:127.0.0.1]/",
		"https://[::ffff:7f00:1]/",
		"https://[::127.0.0.1]/",
		"https://[64:ff9b::7f00:1]/",
		"https://[2002:7f00:1::]/",
		// Metadata of clouds.
		"https://169.254.169.254/latest/meta-data/",
		"https://[fd00:ec2::254]/",
		"https://[::ffff:169.254.169.254]/",
		"https://0xa9fea9fe/",
		"https://metadata.google.internal/",
		"https://metadata/",
		"https://100.100.100.200/",
		// Private networks.
		"https://10.0.0.1/",
		"https://172.16.0.1/",
		"https://172.31.255.255/",
		"https://192.168.1.1/",
		"https://100.64.0.1/",
		"https://198.18.0.1/",
		"https://224.0.0.1/",
		"https://255.255.255.255/",
		"https://[fe80::1]/",
		"https://[fc00::1]/",
		"https://[fec0::1]/",
		"https://[ff02::1]/",
		"https://[2001:db8::1]/",
		"https://intranet/",
		"https://db.corp/",
		"https://printer.local/",
		"https://router.home.arpa/",
		// No plain https.
		"http://api.example.com/",
		"ftp://api.example.com/",
		"file:///etc/passwd",
		"data:text/plain,x",
		"https://user@api.example.com/",
		"https://user:word@api.example.com/",
		"https://api.example.com@127.0.0.1/",
		"https:///",
		"//api.example.com/",
		"",
	])("%s", (url) => {
		expect(refused(url)).toBe(false);
	});
});

describe("taken", () => {
	test.each([
		["https://api.example.com/v2?x=1", "https://api.example.com/v2?x=1"],
		["https://8.8.8.8/", "https://8.8.8.8/"],
		["https://172.32.0.1/", "https://172.32.0.1/"],
		["https://[2606:4700::1111]/", "https://[2606:4700::1111]/"],
		["https://127.0.0.1.example.com/", "https://127.0.0.1.example.com/"],
		["https://localhost.example.com/", "https://localhost.example.com/"],
		["https://b\u00fccher.example.com/", "https://xn--bcher-kva.example.com/"],
	])("%s", (url, href) => {
		expect(refused(url)).toBe(href);
	});
});

describe("what the operator allows", () => {
	const allowed = { allowed: readNetworks("10.1.0.0/16, ::1/128") ?? [] };
	test.each<[string, string | false]>([
		["http://10.1.2.3:8080/", "http://10.1.2.3:8080/"],
		["https://10.1.2.3/", "https://10.1.2.3/"],
		["http://[::1]/", "http://[::1]/"],
		["http://[::ffff:10.1.2.3]/", "http://[::ffff:a01:203]/"],
		["http://10.2.0.1/", false],
		["http://127.0.0.1/", false],
		["http://u@10.1.2.3/", false],
		["ftp://10.1.2.3/", false],
		["http://api.example.com/", false],
	])("%s", (url, answer) => {
		expect(refused(url, allowed)).toBe(answer);
	});

	test.each(["10.1.0.0", "10.1.0.1/16", "x", "10.0.0.0/33"])("%s is no network", (text) => {
		expect(readNetworks(text)).toBeNull();
	});
});
