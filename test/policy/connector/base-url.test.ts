/** Where an API begins: one spelling, or none. */
import { expect, test } from "vitest";
import { readBaseUrl } from "../../../src/policy/connector/base-url.ts";

test.each<[string, string, string, string]>([
	["https://api.example.com", "https://api.example.com", "", "api.example.com"],
	["https://api.example.com/", "https://api.example.com", "", "api.example.com"],
	["https://API.example.com/v2/", "https://api.example.com", "/v2", "api.example.com"],
	["https://api.example.com:443/v2", "https://api.example.com", "/v2", "api.example.com"],
	["https://api.example.com:80", "https://api.example.com:80", "", "api.example.com"],
	["https://api.example.com:8443/V2/a%20b", "https://api.example.com:8443", "/V2/a%20b", "api.example.com"],
	["http://api.example.com", "http://api.example.com", "", "api.example.com"],
	["http://api.example.com:80/x", "http://api.example.com", "/x", "api.example.com"],
	["http://api.example.com:443", "http://api.example.com:443", "", "api.example.com"],
	["https://[2001:db8::1]", "https://[2001:db8::1]", "", "2001:db8::1"],
	["https://[2001:db8::1]:8443/v2", "https://[2001:db8::1]:8443", "/v2", "2001:db8::1"],
	["https://[2001:db8::443]/v2", "https://[2001:db8::443]", "/v2", "2001:db8::443"],
	["https://192.0.2.1:8080", "https://192.0.2.1:8080", "", "192.0.2.1"],
])("%s is %s%s", (text, origin, path, host) => {
	expect(readBaseUrl(text)).toEqual({ origin, path, host, scheme: text.slice(0, text.indexOf(":")) });
});

test.each([
	"ftp://api.example.com",
	"ws://api.example.com",
	"https://api.example.com?x",
	"https://api.example.com#x",
	"https://user@api.example.com",
	"https://api.example.com/a/../b",
	"https://api.example.com/a%2fb",
	"https://127.1",
	"//api.example.com",
	"api.example.com",
	"",
])("%j is none, and it is said why", (text) => {
	expect(readBaseUrl(text)).toMatch(/\w/);
});
