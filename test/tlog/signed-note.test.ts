/** Signed notes, their keys, and checkpoints in them: the examples of the Go package and the specifications, and their rules. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBase64 } from "../../src/tlog/bytes.ts";
import { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint } from "../../src/tlog/checkpoint.ts";
import { type NoteSigner, newSigningKey, signerOf, verifierOf, vkeyOf } from "../../src/tlog/note-keys.ts";
import { signNote, verifyNote } from "../../src/tlog/signed-note.ts";
import { hex } from "./support/node-store.ts";

const PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SEED = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
const ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_SIG = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_SIG = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
const peter = signerOf(PETER_SEED, "PeterNeumann") as NoteSigner;
const names = (note: string, vkeys: string[]) => {
	const opened = verifyNote(note, vkeys);
	return opened.ok ? opened.verified.map((key) => key.name) : opened.code;
};

describe("a key", () => {
	test("has the verifier key that Go derives from the same seed, in base64 or hex", () => {
		expect(vkeyOf(PETER_SEED, "PeterNeumann")).toBe(PETER);
		expect(vkeyOf(Buffer.from(PETER_SEED, "base64").toString("hex"), "PeterNeumann")).toBe(PETER);
	});

	test("can have `+` in its base64", () => {
		const sum = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
		expect(verifierOf(sum)?.name).toBe("sum.golang.org");
	});

	test("that is new has 32 bytes and signs what its verifier key verifies", () => {
		const secret = newSigningKey();
		expect(secret).toMatch(/^[0-9a-f]{64}$/);
		expect(newSigningKey()).not.toBe(secret);
		const signer = signerOf(secret, "example.com/log") as NoteSigner;
		expect(names(signNote("x\n", [signer]) ?? "", [signer.vkey])).toEqual(["example.com/log"]);
	});

	test.each(["", "00", "zz".repeat(32), `${"00".repeat(32)} `, "A".repeat(44), PETER_SEED.slice(1), "AB".repeat(32)])(
		"is not made of the secret %j",
		(secret) => {
			expect(signerOf(secret, "x")).toBeNull();
		},
	);

	test.each(["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b", "a\u0085b", "a\u0001", "\ud800"])("is not called %j", (name) => {
		expect(signerOf(PETER_SEED, name)).toBeNull();
	});

	test("is refused when cut or with any character changed", () => {
		for (let start = 0; start <= PETER.length; start++)
			for (let end = start + 1; end <= PETER.length; end++)
				if (end - start < PETER.length) expect(verifierOf(PETER.slice(start, end))).toBeNull();
		for (let i = 0; i < PETER.length; i++) {
			const next = String.fromCharCode(PETER.charCodeAt(i) + 1);
			expect(verifierOf(PETER.slice(0, i) + next + PETER.slice(i + 1))).toBeNull();
		}
	});

	test("is refused with a key of the wrong length or another algorithm, though its id fits", () => {
		expect(verifierOf("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")).toBeNull();
		expect(verifierOf("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")).toBeNull();
	});
});

describe("a note", () => {
	test("is signed as Go signs it, byte for byte", () => {
		expect(signNote(TEXT, [peter])).toBe(`${TEXT}\n${PETER_SIG}`);
	});

	test("tells which pinned keys signed it; signatures of others are passed over", () => {
		const note = `${TEXT}\n${PETER_SIG}${ENOCH_SIG}`;
		expect(names(note, [PETER, ENOCH])).toEqual(["PeterNeumann", "EnochRoot"]);
		expect(names(note, [ENOCH])).toEqual(["EnochRoot"]);
		expect(names(note, [])).toBe("no_known_signature");
		expect(names(note, [vkeyOf(newSigningKey(), "PeterNeumann") as string])).toBe("no_known_signature");
		const opened = verifyNote(note, [PETER]);
		expect(opened.ok && opened.text).toBe(TEXT);
	});

	test("with a wrong signature of a pinned key is refused, whatever else is right", () => {
		const wrong = `${PETER_SIG.slice(0, 60)}ABCD${PETER_SIG.slice(60)}`;
		expect(names(`${TEXT}\n${wrong}`, [PETER])).toBe("bad_signature");
		expect(names(`${TEXT}\n${ENOCH_SIG}${wrong}`, [PETER, ENOCH])).toBe("bad_signature");
		expect(names(`${TEXT}\n${ENOCH_SIG}${wrong}`, [ENOCH])).toEqual(["EnochRoot"]);
		expect(names(`${TEXT.replace("your", "our")}\n${PETER_SIG}`, [PETER])).toBe("bad_signature");
	});

	test("may carry 100 signatures, and repeats of one; 101 are refused", () => {
		expect(names(`${TEXT}\n${PETER_SIG.repeat(100)}`, [PETER])).toEqual(["PeterNeumann"]);
		expect(names(`${TEXT}\n${PETER_SIG.repeat(101)}`, [PETER])).toBe("malformed_note");
	});

	test("is not opened with a malformed key, or two keys of one name and id", () => {
		expect(names(`${TEXT}\n${PETER_SIG}`, [PETER, "x"])).toBe("malformed_key");
		expect(names(`${TEXT}\n${PETER_SIG}`, [PETER, PETER])).toEqual(["PeterNeumann"]);
	});

	test.each([
		["no text and no signature", ""],
		["no empty line", TEXT + PETER_SIG],
		["no signature", `${TEXT}\n`],
		["no last newline", `${TEXT}\n${PETER_SIG}`.slice(0, -1)],
		["CRLF", `${TEXT}\n${PETER_SIG}`.replaceAll("\n", "\r\n")],
		["a tab", `${TEXT}\t\n\n${PETER_SIG}`],
		["a NUL", `\u0000${TEXT}\n${PETER_SIG}`],
		["half a character", `\ud800${TEXT}\n${PETER_SIG}`],
		["a hyphen for the dash", `${TEXT}\n${PETER_SIG.replace("—", "-")}`],
		["no name", `${TEXT}\n— ${PETER_SIG.slice("— PeterNeumann ".length)}`],
		["two spaces", `${TEXT}\n${PETER_SIG.replace("PeterNeumann ", "PeterNeumann  ")}`],
		["a plus in a name", `${TEXT}\n${PETER_SIG}— a+b AAAAAAAA\n`],
		["a signature of nothing but an id", `${TEXT}\n${PETER_SIG}— a AAAAAA==\n`],
		["base64 with unused bits set", `${TEXT}\n${PETER_SIG.replace("AM=", "AN=")}`],
		["words after the signatures", `${TEXT}\n${PETER_SIG}thanks\n`],
		["a second empty line after the signatures", `${TEXT}\n${PETER_SIG}\n`],
	])("with %s is malformed", (_, note) => {
		expect(names(note, [PETER])).toBe("malformed_note");
	});

	test("may have empty lines in its text, and begins with a byte order mark only if it was signed so", () => {
		for (const text of ["\n", "a\n\nb\n\n", "\ufeffa\n", "é 漢 🐝\n"]) {
			const note = signNote(text, [peter]) ?? "";
			const opened = verifyNote(note, [PETER]);
			expect(opened.ok && opened.text).toBe(text);
			expect(verifyNote(`\ufeff${note}`, [PETER]).ok).toBe(false);
		}
	});

	test("is not made of a text that breaks the rules, or without a signer", () => {
		for (const text of ["", "abc", "a\r\n", "a\u0007\n", "\udc00\n"]) expect(signNote(text, [peter])).toBeNull();
		expect(signNote(TEXT, [])).toBeNull();
	});

	test("with any character changed is refused", () => {
		const note = signNote("hivekey.example/log\n7\nabc\n", [peter]) as string;
		for (let i = 0; i < note.length; i++) {
			const changed = note.slice(0, i) + String.fromCharCode(note.charCodeAt(i) ^ 1) + note.slice(i + 1);
			expect(verifyNote(changed, [PETER]).ok).toBe(false);
		}
	});

	test("made of anything at all is an answer, never an exception", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 80 }), (note, vkey) => {
				expect(verifyNote(note, [vkey]).ok).toBe(false);
				expect(verifyNote(`${TEXT}\n— ${note}\n`, [PETER]).ok).toBe(false);
			}),
			{ seed: 5, numRuns: 300 },
		);
	});
});

describe("a checkpoint", () => {
	const EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
	const ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

	test("is read and written as in the specification's example", () => {
		const read = parseCheckpoint(EXAMPLE);
		expect(read).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163, extensions: [] });
		expect(hex(read?.root)).toBe(Buffer.from(ROOT, "base64").toString("hex"));
		expect(read && checkpointText(read)).toBe(EXAMPLE);
	});

	test("keeps extension lines, and any origin that is not empty", () => {
		expect(parseCheckpoint(`go.sum database tree\n0\n${ROOT}\nmore\n+ 1\n`)).toMatchObject({
			origin: "go.sum database tree",
			size: 0,
			extensions: ["more", "+ 1"],
		});
	});

	test.each([
		["no origin", `\n1\n${ROOT}\n`],
		["a leading zero", `o\n01\n${ROOT}\n`],
		["a sign", `o\n+1\n${ROOT}\n`],
		["a negative size", `o\n-1\n${ROOT}\n`],
		["an exponent", `o\n1e3\n${ROOT}\n`],
		["a space", `o\n1 \n${ROOT}\n`],
		["a size past 2^53 - 1", `o\n9007199254740992\n${ROOT}\n`],
		["no size", `o\n\n${ROOT}\n`],
		["a short root", `o\n1\n${toBase64(randomBytes(31))}\n`],
		["a long root", `o\n1\n${toBase64(randomBytes(33))}\n`],
		["a root in another base64", `o\n1\n${ROOT.replace("/", "_")}\n`],
		["a root with unused bits", `o\n1\n${ROOT.replace("2I=", "2J=")}\n`],
		["no root", "o\n1\n"],
		["an empty extension line", `o\n1\n${ROOT}\n\n`],
		["no last newline", `o\n1\n${ROOT}`],
		["CRLF", `o\r\n1\r\n${ROOT}\r\n`],
	])("with %s is refused", (_, text) => {
		expect(parseCheckpoint(text)).toBeNull();
	});

	test("is not written with lines that break the format", () => {
		const root = new Uint8Array(32);
		for (const wrong of [
			{ origin: "" },
			{ origin: "a\nb" },
			{ size: -1 },
			{ size: 1.5 },
			{ size: 2 ** 53 },
			{ root: new Uint8Array(31) },
			{ extensions: [""] },
			{ extensions: ["a\nb"] },
		])
			expect(checkpointText({ origin: "o", size: 1, root, extensions: [], ...wrong })).toBeNull();
	});

	test("counts only under the key of its own log", () => {
		const root = new Uint8Array(32);
		const own = signCheckpoint({ origin: "PeterNeumann", size: 3, root, extensions: [] }, [peter]) ?? "";
		const other = signCheckpoint({ origin: "EnochRoot", size: 3, root, extensions: [] }, [peter]) ?? "";
		const open = (note: string, vkeys: string[]) => {
			const opened = openCheckpoint(note, vkeys);
			return opened.ok ? [opened.checkpoint.size, opened.vkey] : opened.code;
		};
		expect(open(own, [ENOCH, PETER])).toEqual([3, PETER]);
		expect(open(other, [ENOCH, PETER])).toBe("foreign_origin");
		expect(open(own, [ENOCH])).toBe("no_known_signature");
		expect(open(signNote("PeterNeumann\n3\n", [peter]) ?? "", [PETER])).toBe("malformed_checkpoint");
	});
});
