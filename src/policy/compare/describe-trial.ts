/** A call that two roles judge differently, as a sentence. */
import type { Verdict } from "../decision.ts";
import { verdictWords } from "./laxer.ts";
import { shortText, type Trial } from "./trial.ts";

/** `mail.send with to=eve@gmail.com: denied before, allowed now`. */
export function trialSentence(trial: Trial, before: Verdict, after: Verdict): string {
	const chosen = [...new Set(trial.words)].map((word) => chosenText(word, trial));
	const how = chosen.length === 0 ? "" : ` with ${chosen.join(", ")}`;
	return `${trial.action}${how}: ${wordsOf(before, after)} before, ${wordsOf(after, before)} now`;
}

function chosenText(word: string, { input, facts }: Trial): string {
	if (word.includes("=")) return word;
	if (word === "time") return new Date(facts.now).toISOString();
	const [family, name, label] = word.split(".");
	if (family === "agent" && name === "name") return `agent ${shortText(facts.agent.name)}`;
	if (family === "agent" && name === "labels") return `label ${label}=${shortText(facts.agent.labels[label as string] ?? "")}`;
	if (family === "request") return `${word}=${shortText(facts.request[name as "ip"] ?? "unknown")}`;
	return Object.hasOwn(input, word) ? `${word}=${shortText(input[word] ?? null)}` : `no ${word}`;
}

/** Reviews say their terms where these are all that differs. */
function wordsOf(verdict: Verdict, other: Verdict): string {
	if (verdict.review === null || other.review === null) return verdictWords(verdict.verdict);
	const { approvals, expires_ms, self_approval, guards } = verdict.review;
	const terms = [`${approvals} ${approvals === 1 ? "approval" : "approvals"}`, `open for ${expires_ms / 60_000}m`];
	if (self_approval) terms.push("self-approval");
	if (verdict.review.others_only) terms.push("never self-approval");
	if (guards.length !== other.review.guards.length) terms.push(`asked for by ${guards.join(", ")}`);
	return `${verdictWords("review")} (${terms.join(", ")})`;
}
