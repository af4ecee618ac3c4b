/** The SDK writes the wire's types out by hand. This file compiles only while they say the same as the contract. */
import type { z } from "zod";
import type * as sdk from "../../sdk/typescript/src/index.ts";
import type * as admin from "../../src/contract/admin.ts";
import type * as audit from "../../src/contract/audit-record.ts";
import type { CALL_ERROR_CODES, ReasonCode } from "../../src/contract/codes.ts";
import type * as problem from "../../src/contract/problem.ts";
import type * as verdict from "../../src/contract/verdict.ts";

/** True if each can stand where the other is wanted, and they have the same keys. */
type Same<A, B> = [A] extends [B]
	? [B] extends [A]
		? [keyof A] extends [keyof B]
			? [keyof B] extends [keyof A]
				? true
				: never
			: never
		: never
	: never;

type KnownProblem = Omit<sdk.Problem, "code"> & { code: problem.Problem["code"] };

export const mirrored: {
	allow: Same<sdk.AllowBody, verdict.AllowBody>;
	deny: Same<sdk.DenyBody, verdict.DenyBody>;
	review: Same<sdk.ReviewBody, verdict.ReviewBody>;
	call: Same<sdk.CallBody, verdict.CallBody>;
	visibleAction: Same<sdk.VisibleAction, verdict.VisibleAction>;
	effect: Same<sdk.Effect, verdict.Effect>;
	callState: Same<sdk.CallState, verdict.CallState>;
	reasonCode: Same<sdk.ReasonCode, ReasonCode>;
	callFailureCode: Same<sdk.CallFailure["code"], (typeof CALL_ERROR_CODES)[number]>;
	problem: Same<KnownProblem, problem.Problem>;
	problemItem: Same<sdk.ProblemItem, problem.ProblemItem>;
	whoami: Same<sdk.Whoami, admin.Whoami>;
	role: Same<sdk.Role, admin.Role>;
	appliedRole: Same<sdk.AppliedRole, admin.AppliedRole>;
	list: Same<sdk.PolicyList, admin.List>;
	listWithItems: Same<sdk.PolicyListWithItems, z.output<typeof admin.listWithItemsSchema>>;
	appliedList: Same<sdk.AppliedList, admin.AppliedList>;
	agent: Same<sdk.Agent, admin.Agent>;
	createdAgent: Same<sdk.CreatedAgent, admin.CreatedAgent>;
	roleRevision: Same<sdk.RoleRevision, admin.RoleRevision>;
	newAgent: Same<sdk.NewAgent, z.input<typeof admin.createAgentSchema>>;
	agentChange: Same<sdk.AgentChange, z.input<typeof admin.changeAgentSchema>>;
	agentToken: Same<sdk.AgentToken, admin.AgentTokenView>;
	newToken: Same<sdk.NewToken, z.input<typeof admin.rotateTokenSchema>>;
	createdToken: Same<sdk.CreatedToken, admin.CreatedToken>;
	keyScope: Same<sdk.KeyScope, admin.KeyScope>;
	key: Same<sdk.Key, admin.Key>;
	newKey: Same<sdk.NewKey, z.input<typeof admin.createKeySchema>>;
	createdKey: Same<sdk.CreatedKey, admin.CreatedKey>;
	mailbox: Same<sdk.Mailbox, admin.Mailbox>;
	newMailbox: Same<sdk.NewMailbox, z.input<typeof admin.createMailboxSchema>>;
	workspace: Same<sdk.Workspace, admin.Workspace>;
	newWorkspace: Same<sdk.NewWorkspace, z.input<typeof admin.createWorkspaceSchema>>;
	createdWorkspace: Same<sdk.CreatedWorkspace, admin.CreatedWorkspace>;
	keyReplacement: Same<sdk.KeyReplacement, z.input<typeof admin.replaceKeySchema>>;
	record: Same<sdk.AuditRecord, audit.AuditRecord>;
	recordState: Same<sdk.RecordState, audit.RecordState>;
	guardFact: Same<sdk.GuardFact, audit.GuardFact>;
} = {
	allow: true,
	deny: true,
	review: true,
	call: true,
	visibleAction: true,
	effect: true,
	callState: true,
	reasonCode: true,
	callFailureCode: true,
	problem: true,
	problemItem: true,
	whoami: true,
	role: true,
	appliedRole: true,
	list: true,
	listWithItems: true,
	appliedList: true,
	agent: true,
	createdAgent: true,
	roleRevision: true,
	newAgent: true,
	agentChange: true,
	agentToken: true,
	newToken: true,
	createdToken: true,
	keyScope: true,
	key: true,
	newKey: true,
	createdKey: true,
	mailbox: true,
	newMailbox: true,
	workspace: true,
	newWorkspace: true,
	createdWorkspace: true,
	keyReplacement: true,
	record: true,
	recordState: true,
	guardFact: true,
};
