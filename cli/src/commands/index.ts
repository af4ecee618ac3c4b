/** Every command, in the order in which help shows them. */
import type { Command } from "../command.ts";
import { login } from "./account/login.ts";
import { logout } from "./account/logout.ts";
import { whoami } from "./account/whoami.ts";
import { create as agentCreate } from "./agent/create.ts";
import { label } from "./agent/label.ts";
import { list as agentList } from "./agent/list.ts";
import { revoke as agentRevoke } from "./agent/revoke.ts";
import { rotate } from "./agent/rotate.ts";
import { setRole } from "./agent/set-role.ts";
import { show as agentShow } from "./agent/show.ts";
import { tokens } from "./agent/tokens.ts";
import { exportLog } from "./audit/export.ts";
import { prove } from "./audit/prove.ts";
import { show as auditShow } from "./audit/show.ts";
import { tail } from "./audit/tail.ts";
import { verify } from "./audit/verify.ts";
import { verifyProof } from "./audit/verify-proof.ts";
import { completion } from "./completion.ts";
import { apply as connectorApply } from "./connector/apply.ts";
import { deleteConnector } from "./connector/delete.ts";
import { importConnector } from "./connector/import.ts";
import { list as connectorList } from "./connector/list.ts";
import { show as connectorShow } from "./connector/show.ts";
import { test as connectorTest } from "./connector/test.ts";
import { doctor } from "./doctor.ts";
import { init } from "./init.ts";
import { create as keyCreate } from "./key/create.ts";
import { list as keyList } from "./key/list.ts";
import { revoke as keyRevoke } from "./key/revoke.ts";
import { apply as listApply } from "./list/apply.ts";
import { deleteList } from "./list/delete.ts";
import { list as listList } from "./list/list.ts";
import { show as listShow } from "./list/show.ts";
import { create as mailboxCreate } from "./mailbox/create.ts";
import { deleteMailbox } from "./mailbox/delete.ts";
import { list as mailboxList } from "./mailbox/list.ts";
import { list as profileList } from "./profile/list.ts";
import { use } from "./profile/use.ts";
import { approve } from "./review/approve.ts";
import { deny } from "./review/deny.ts";
import { list as reviewList } from "./review/list.ts";
import { show as reviewShow } from "./review/show.ts";
import { watch } from "./review/watch.ts";
import { apply } from "./role/apply.ts";
import { deleteRole } from "./role/delete.ts";
import { diff } from "./role/diff.ts";
import { explain } from "./role/explain.ts";
import { fmt } from "./role/fmt.ts";
import { get } from "./role/get.ts";
import { history } from "./role/history.ts";
import { list as roleList } from "./role/list.ts";
import { rollback } from "./role/rollback.ts";
import { schema } from "./role/schema.ts";
import { test } from "./role/test.ts";
import { validate } from "./role/validate.ts";
import { deleteSecret } from "./secret/delete.ts";
import { list as secretList } from "./secret/list.ts";
import { set as secretSet } from "./secret/set.ts";
import { apply as sinkApply } from "./sink/apply.ts";
import { deleteSink } from "./sink/delete.ts";
import { list as sinkList } from "./sink/list.ts";
import { show as sinkShow } from "./sink/show.ts";
import { types } from "./types.ts";
import { create as workspaceCreate } from "./workspace/create.ts";
import { list as workspaceList } from "./workspace/list.ts";
import { replaceKey } from "./workspace/replace-key.ts";

export const COMMANDS: Command[] = [
	init,
	login,
	logout,
	whoami,
	doctor,
	profileList,
	use,
	apply,
	get,
	roleList,
	history,
	rollback,
	deleteRole,
	validate,
	test,
	explain,
	diff,
	fmt,
	schema,
	listApply,
	listList,
	listShow,
	deleteList,
	connectorApply,
	connectorList,
	connectorShow,
	connectorTest,
	importConnector,
	deleteConnector,
	secretSet,
	secretList,
	deleteSecret,
	agentCreate,
	agentList,
	agentShow,
	setRole,
	label,
	rotate,
	tokens,
	agentRevoke,
	tail,
	auditShow,
	exportLog,
	verify,
	prove,
	verifyProof,
	reviewList,
	reviewShow,
	approve,
	deny,
	watch,
	sinkApply,
	sinkList,
	sinkShow,
	deleteSink,
	types,
	completion,
	keyCreate,
	keyList,
	keyRevoke,
	mailboxCreate,
	mailboxList,
	deleteMailbox,
	workspaceCreate,
	workspaceList,
	replaceKey,
];

/** What the nouns stand for. */
export const NOUNS: Record<string, string> = {
	profile: "Which gateway and key the CLI works with",
	role: "What agents may do: scopes and guards",
	list: "Values under a name, for the guards of any role",
	connector: "HTTP APIs as actions that roles can grant",
	secret: "What connectors show to their upstreams",
	agent: "Who calls: agents and their tokens",
	audit: "What happened: the log",
	review: "What waits for a person: calls that guards hold",
	sink: "Where people are told of what waits",
	key: "Who administers: keys and their scopes",
	mailbox: "Addresses that agents send from and read",
	workspace: "For the operator: workspaces of a deployment",
};
