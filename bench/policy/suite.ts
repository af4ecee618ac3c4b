/**
 * Everything that is measured, in parts. Each part has an isolate of its own: what one of them makes of the engine's closures
 * (how many roles they have seen, and which first) would weigh on the next. Runs in Node and in workerd alike.
 */
import { mailActions } from "../../src/contract/mail-actions.ts";
import type { LoadedRole } from "../../src/policy/load-role.ts";
import { type Answer, DENY, passes } from "./answer.ts";
import { makeCalls } from "./calls.ts";
import { type CompileStep, compileSteps } from "./compiling.ts";
import { checkAnswers } from "./contestant.ts";
import { bufbuildCel } from "./engines/bufbuild-cel.ts";
import { casbin } from "./engines/casbin.ts";
import { casl } from "./engines/casl.ts";
import { cedar } from "./engines/cedar.ts";
import { celJs } from "./engines/cel-js.ts";
import { type EngineMaker, passNumber, type Surroundings } from "./engines/engine.ts";
import { jsonLogicRules } from "./engines/json-logic.ts";
import { opa } from "./engines/opa.ts";
import { FORMS, TOUR } from "./forms.ts";
import { hivekey, wantedAnswers } from "./hivekey.ts";
import { ideal } from "./ideal.ts";
import { ladder, type Step } from "./ladder.ts";
import { crmActions, loadedRole, otherDomains, otherGuards, roleSource, TOUR_CAP, TOUR_DOMAINS } from "./roles.ts";
import { comparePaired, type Paired, type Timing, timeEach } from "./rounds.ts";

export interface Figures {
	/** The tour's decision against the ideal, one role in use. */
	tour: Paired;
	/** The same with a large role, against the same ideal. */
	large: Paired;
	/** 64 different roles in turn, against as many ideals. */
	cycled: Paired;
	/** The tour's decision against other engines, by name. */
	engines: Record<string, Paired>;
	/** Nanoseconds a call. */
	ladder: Record<Step, number>;
	/** Nanoseconds a role. */
	compiling: Record<CompileStep, number>;
}
export type Part = keyof Figures;
export const PARTS: Part[] = ["tour", "large", "cycled", "engines", "ladder", "compiling"];

export const ROLES = 64;
const CALLS_A_ROLE = 4;
const GRANTS = 1_000;
const LIST_ENTRIES = 10_000;

const ENGINES: EngineMaker[] = [cedar, opa, casbin, casl, jsonLogicRules, bufbuildCel, celJs];

/** @throws if any side gives a wrong answer, before anything is timed of it */
export async function runPart(part: Part, surroundings: Surroundings, timing: Timing): Promise<Figures[Part]> {
	switch (part) {
		case "tour":
			return compareTour(tourRole(), timing);
		case "large":
			return compareTour(largeRole(), timing);
		case "cycled":
			return compareCycled(timing);
		case "engines":
			return compareEngines(surroundings, timing);
		case "ladder":
			return timeEach(ladder(tourRole(), tourCalls()), timing);
		case "compiling":
			return timeEach(compileSteps(), timing);
	}
}

function tourCalls() {
	return makeCalls(TOUR_DOMAINS, TOUR_CAP, 1);
}

/** What the tour's role answers is wanted of every role and every engine. */
function tourAnswers(): Answer[] {
	const wanted = wantedAnswers([tourRole()], tourCalls());
	const denied = wanted.filter((answer) => (answer & 3) === DENY).length;
	if (denied * 2 !== wanted.length) throw new Error(`${denied} of ${wanted.length} calls are denied, half should be`);
	return wanted;
}

async function compareTour(role: LoadedRole, timing: Timing): Promise<Paired> {
	const calls = tourCalls();
	const ours = hivekey([role], calls);
	const byHand = ideal([TOUR.ideal(TOUR_DOMAINS, TOUR_CAP)], calls);
	for (const side of [byHand, ours]) checkAnswers(side, tourAnswers());
	ageHeap();
	return comparePaired(ours, byHand, timing);
}

/**
 * Makes garbage until what is in use has moved to the old generation, as it has in any isolate that has served for a while. A large
 * role makes enough by being loaded, a small one does not: in workerd the same ideal took 7.1 ns beside one and 5.2 beside the other.
 */
function ageHeap(): void {
	let kept: object[] = [];
	for (let n = 0; n < 2_000_000; n++) {
		kept.push({ n });
		if (kept.length > 1_000) kept = [];
	}
}

async function compareEngines(surroundings: Surroundings, timing: Timing): Promise<Figures["engines"]> {
	const calls = tourCalls();
	const ours = hivekey([tourRole()], calls);
	checkAnswers(ours, tourAnswers());
	const wanted = tourAnswers().map((answer) => passNumber(passes(answer)));
	const engines: Figures["engines"] = {};
	for (const make of ENGINES) {
		const engine = await make(calls, surroundings);
		checkAnswers(engine, wanted);
		engines[engine.name] = await comparePaired(ours, engine, timing);
	}
	return engines;
}

function tourRole(): LoadedRole {
	return loadedRole(roleSource(TOUR.guards(TOUR_DOMAINS, TOUR_CAP)));
}

/** The tour's role with more of everything that the tour's call has nothing to do with. */
function largeRole(): LoadedRole {
	const crm = crmActions(GRANTS);
	const names = crm.map(({ name }) => name);
	const approved = [...TOUR_DOMAINS, ...otherDomains(LIST_ENTRIES - TOUR_DOMAINS.length)];
	const guards = [...otherGuards(crm), ...TOUR.guards(approved, TOUR_CAP)];
	return loadedRole(roleSource(guards, names), [...mailActions, ...crm]);
}

/** Roles of eight forms, no two with the same domains or the same cap. */
async function compareCycled(timing: Timing): Promise<Paired> {
	const kinds = Array.from({ length: ROLES }, (_, n) => {
		const form = FORMS[n % FORMS.length] as (typeof FORMS)[number];
		const domains = [`tenant-${n}.com`, `tenant-${n}-support.com`];
		const cap = TOUR_CAP + n;
		const role = loadedRole(roleSource(form.guards(domains, cap)));
		return { role, ideal: form.ideal(domains, cap), calls: makeCalls(domains, cap, n + 1, CALLS_A_ROLE * 2) };
	});
	// Call i is of role i modulo their number. A role's own calls are two apart, so that it denies some and allows some.
	const calls = Array.from({ length: CALLS_A_ROLE }, (_, k) => kinds.map((kind) => kind.calls[k * 2])).flat() as ReturnType<
		typeof makeCalls
	>;
	const roles = kinds.map((kind) => kind.role);
	const wanted = wantedAnswers(roles, calls);
	const ideals = ideal(
		kinds.map((kind) => kind.ideal),
		calls,
	);
	const ours = hivekey(roles, calls);
	for (const side of [ideals, ours]) checkAnswers(side, wanted);
	return comparePaired(ours, ideals, timing);
}
