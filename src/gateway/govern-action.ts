/**
 * The story of a request: `POST /v1/actions/{action}`, and every other way in which an agent calls an action. What differs from way
 * to way is how a request says what it asks for, and how the upstream's answer comes back; both are handed in.
 *
 *   identify -> load -> decide -> record -> execute -> settle -> respond
 *
 * Nothing runs before its intent is durable in the agent's ledger; nothing is answered as done before its outcome is. Until the
 * ledger has accepted the token, the only answers that may leave are "not authenticated" and "unavailable". What rejects here has
 * not run anything: the caller answers it as unavailable.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import { isActionName } from "../contract/names.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { canonicalInput } from "../policy/canonical-input.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { invalidInput, notInScope } from "../policy/decide.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import type { LoadedRole } from "../policy/load-role.ts";
import { decideInput, inputDigest } from "./decide-input.ts";
import { type Ended, type ExecutePorts, NOT_STARTED } from "./execute-call.ts";
import { type HeldInputPorts, keepInput } from "./held-input.ts";
import type { KnownBindings } from "./known-bindings.ts";
import { loggedFields } from "./logged-fields.ts";
import type {
	AdmitRequest,
	Admitted,
	AgentToken,
	Binding,
	CompiledRoles,
	ExecutableCall,
	Ids,
	Ledger,
	LedgerCall,
	Ledgers,
	TokenAuthority,
} from "./ports.ts";

export interface GovernPorts extends ExecutePorts, HeldInputPorts {
	tokens: TokenAuthority;
	ids: Ids;
	ledgers: Ledgers;
	roles: CompiledRoles;
	bindings: KnownBindings;
	now: () => number;
}

/** @typeParam E - how a call that ran ended */
export interface ActionRequest<E> {
	/** The agent's token as it came, or null. */
	token: string | null;
	/** What it asks for under a role. */
	asks: (role: LoadedRole) => Asked;
	/** Reads the body, which may already be known to be unusable. Called at most once. */
	body: () => Promise<BodyRead>;
	/** Carries out what was allowed, and settles it. */
	carryOut: (ports: ExecutePorts, ledger: Ledger, call: ExecutableCall) => Promise<E>;
	idempotencyKey: string | null;
	/** Whether the same call again is meant as the held one. */
	attaches?: boolean;
	requestId: string;
	sourceIp: string | undefined;
	/** Two letters; read only where a guard asks for it, for reading it is dear. */
	country: () => string | undefined;
}

export interface Asked {
	/** The action's name in any spelling; one that the role does not grant is refused like one that exists nowhere. */
	action: string;
	/** Makes an input of the body. */
	read: (body: Uint8Array) => InputRead;
}

/** An input that is yet to be checked against the action's schema, or why the request holds none. */
export type InputRead = { ok: true; value: Json } | { ok: false; fault: InputFault; problems: ProblemItem[] };

/** The bytes of a body, or why there are none that could be read. */
export type BodyRead =
	| { ok: true; bytes: Uint8Array }
	| { ok: false; fault: "too_large" | "unsupported_media_type" | "malformed_request"; problem: ProblemItem };

/** @typeParam E - how a call that ran ended */
export type Governed<E = Ended> =
	| { kind: "unauthenticated" }
	| { kind: "unavailable"; why: string }
	| { kind: "excess" }
	| { kind: "refused"; act_id: string; action: string; agent: string; verdict: Verdict }
	| { kind: "invalid"; act_id: string; fault: InputFault; problems: ProblemItem[] }
	| { kind: "held"; act_id: string; action: string; agent: string; verdict: Verdict; review: { id: string; expires_at: number } }
	| { kind: "replayed"; call: LedgerCall }
	| { kind: "key_reused" }
	| { kind: "in_flight"; act_id: string }
	| { kind: "ended"; act_id: string; action: string; agent: string; matched_guard: string | null; ended: E };

/** Where in reading a body the input turned out not to fit. */
export type InputFault = "malformed_request" | "too_large" | "unsupported_media_type" | "malformed_body" | "invalid_request";

/** How often a binding may change under a request before the agent is asked to come again. */
const STALE_ROUNDS = 4;

export async function governAction<E>(ports: GovernPorts, request: ActionRequest<E>): Promise<Governed<E>> {
	const who = request.token === null ? null : ports.tokens.readAgentToken(request.token);
	if (!who) return { kind: "unauthenticated" };
	const ledger = ports.ledgers.of(who.workspaceId, who.agentId);
	const actId = ports.ids.make("act");

	let body: BodyRead | null = null;
	let binding: Binding | null | undefined = ports.bindings.get(who.agentId);
	for (let round = 0; round < STALE_ROUNDS; round++) {
		binding ??= await ledger.identify(who);
		if (!binding) return { kind: "unauthenticated" };
		const role = await ports.roles.load(who.workspaceId, binding.role.hash);
		if (!role) {
			// What is remembered here may be long out of date: nobody but the ledger says which role is in force.
			const current = await ledger.identify(who);
			if (!current) return { kind: "unauthenticated" };
			if (current.epoch === binding.epoch) return { kind: "unavailable", why: "the agent's role cannot be read" };
			binding = current;
			continue;
		}

		const asked = request.asks(role);
		const definition = isActionName(asked.action) ? role.actions.get(asked.action)?.definition : undefined;
		if (definition) body ??= await request.body();
		const proposal =
			definition && body
				? propose(ports, who, binding, role, definition, request, asked, body)
				: refuse(asked.action, notInScope(asked.action));

		const holdable = await keepHoldable(ports, who.workspaceId, actId, proposal);
		const admitted = await admit(ports, ledger, { ...admitRequest(who, actId, binding, request, proposal), ...holdable });
		if (holdable.input_key !== undefined && !isHeld(admitted))
			ports.keepAlive(ports.blobs.delete(holdable.input_key).catch(() => {}));
		switch (admitted.kind) {
			case "unauthenticated":
			case "key_reused":
			case "in_flight":
			case "excess":
				return admitted;
			case "full":
			case "unavailable":
				return { kind: "unavailable", why: admitted.why };
			case "replayed":
				return admitted;
			case "stale":
				binding = admitted.binding;
				ports.bindings.set(binding);
				continue;
			case "decided":
				ports.bindings.set(binding);
				return act(ports, ledger, binding, definition, request, actId, proposal, admitted);
		}
	}
	return { kind: "unavailable", why: "the agent's role is being changed" };
}

/** A call whose intent may or may not have been written does not run: it is said so, as far as anybody can be told. */
async function admit(ports: GovernPorts, ledger: Ledger, request: AdmitRequest): Promise<Admitted> {
	try {
		return await ledger.admit(request);
	} catch (error) {
		ports.keepAlive(ledger.settle({ act_id: request.act_id, outcome: NOT_STARTED, duration_ms: 0 }).catch(() => {}));
		throw error;
	}
}

/** What the Worker brings to the ledger: a decision, and what the log may know of the input. */
interface Proposal {
	action: string;
	decision: Decision;
	fault: { kind: InputFault; problems: ProblemItem[] } | null;
	input: JsonObject | null;
	inputText: string | null;
	inputDigest?: string;
	fields?: JsonObject;
	timeLimitMs: number;
}

function refuse(action: string, verdict: Verdict, fault: Proposal["fault"] = null): Proposal {
	return { action, decision: { kind: "verdict", verdict }, fault, input: null, inputText: null, timeLimitMs: 0 };
}

function refuseInput(action: string, kind: InputFault, problems: ProblemItem[]): Proposal {
	return refuse(action, invalidInput(problems), { kind, problems });
}

/** Body, schema, guards. */
function propose(
	ports: GovernPorts,
	who: AgentToken,
	binding: Binding,
	role: LoadedRole,
	definition: ActionDefinition,
	request: Pick<ActionRequest<never>, "sourceIp" | "country">,
	{ action, read }: Asked,
	body: BodyRead,
): Proposal {
	if (!body.ok) return refuseInput(action, body.fault, [body.problem]);
	const parsed = read(body.bytes);
	if (!parsed.ok) return refuseInput(action, parsed.fault, parsed.problems);
	const checked = canonicalInput(definition, parsed.value);
	if (!checked.ok) return refuseInput(action, "invalid_request", checked.problems);

	const inputText = canonicalJson(checked.input);
	return {
		action,
		decision: decideInput(ports, binding, role, { action, input: checked.input }, request),
		fault: null,
		input: checked.input,
		inputText,
		inputDigest: inputDigest(ports.digests, who.workspaceId, action, inputText),
		fields: loggedFields(definition, checked.input),
		timeLimitMs: definition.time_limit_ms,
	};
}

function admitRequest(
	who: AgentToken,
	actId: string,
	binding: Binding,
	request: Pick<ActionRequest<never>, "requestId" | "sourceIp" | "country" | "idempotencyKey" | "attaches">,
	proposal: Proposal,
): AdmitRequest {
	return {
		who,
		act_id: actId,
		attempt: 1,
		epoch: binding.epoch,
		decision: proposal.decision,
		action: loggableAction(proposal.action),
		record: {
			fields: proposal.fields,
			input_digest: proposal.inputDigest,
			request_id: request.requestId,
			source_ip: request.sourceIp,
		},
		idempotency_key: request.idempotencyKey,
		...(request.attaches === true ? { attach: true as const } : {}),
		time_limit_ms: proposal.timeLimitMs,
		input: null,
		...(mayBeHeld(proposal.decision) ? { country: request.country() } : {}),
	};
}

/** The input of a call that may be held, where it can be: what the ledger is too small for is in R2 before the hold is durable. */
async function keepHoldable(ports: GovernPorts, workspaceId: string, actId: string, { decision, inputText }: Proposal) {
	if (inputText === null || !mayBeHeld(decision)) return { input: null };
	return keepInput(ports, workspaceId, actId, inputText);
}

function isHeld(admitted: Admitted): boolean {
	return admitted.kind === "stale" || (admitted.kind === "decided" && admitted.verdict.verdict === "review");
}

/** Goes on where the ledger has decided: the record is durable, whichever way it went. */
async function act<E>(
	ports: GovernPorts,
	ledger: Ledger,
	binding: Binding,
	definition: ActionDefinition | undefined,
	request: Pick<ActionRequest<E>, "carryOut">,
	actId: string,
	proposal: Proposal,
	{ verdict, review }: Extract<Admitted, { kind: "decided" }>,
): Promise<Governed<E>> {
	const head = { act_id: actId, action: proposal.action, agent: binding.name };
	if (proposal.fault) return { kind: "invalid", act_id: actId, fault: proposal.fault.kind, problems: proposal.fault.problems };
	if (verdict.verdict === "review" && review) return { kind: "held", ...head, verdict, review };
	if (verdict.verdict !== "allow" || !definition || !proposal.input) return { kind: "refused", ...head, verdict };

	const ended = await request.carryOut(ports, ledger, {
		act_id: actId,
		workspace_id: binding.workspace_id,
		agent: binding.name,
		mailbox: binding.mailbox,
		definition,
		input: proposal.input,
	});
	return { kind: "ended", ...head, matched_guard: verdict.matched_guard, ended };
}

function mayBeHeld(decision: Decision): boolean {
	if (decision.kind === "verdict") return decision.verdict.verdict === "review";
	return decision.residual.guards.some((guard) => guard.effect === "review" || guard.otherwise === "review");
}

/** A name that is no action's is on the log as it was asked for, but not at any length. */
function loggableAction(action: string): string {
	return action.length <= 256 ? action.toWellFormed() : `${action.slice(0, 256).toWellFormed()}…`;
}
