/** All endpoints, in the order in which they are matched. */
import type { Endpoint } from "../endpoint.ts";
import { listActions } from "./actions-list.ts";
import { runAction } from "./actions-run.ts";
import { createToken } from "./agent-tokens-create.ts";
import { listTokens } from "./agent-tokens-list.ts";
import { revokeTokenRoute } from "./agent-tokens-revoke.ts";
import { createAgentRoute } from "./agents-create.ts";
import { getAgent } from "./agents-get.ts";
import { listAgents } from "./agents-list.ts";
import { changeAgentRoute } from "./agents-patch.ts";
import { revokeAgentRoute } from "./agents-revoke.ts";
import { getCheckpoint } from "./audit-checkpoint.ts";
import { exportAudit } from "./audit-export.ts";
import { getAudit } from "./audit-get.ts";
import { getLogKey } from "./audit-key.ts";
import { getProof } from "./audit-proof.ts";
import { queryAudit } from "./audit-query.ts";
import { streamAudit } from "./audit-stream.ts";
import { getLogTile } from "./audit-tiles.ts";
import { getCall } from "./calls-get.ts";
import { deleteConnectorRoute } from "./connectors-delete.ts";
import { getConnector } from "./connectors-get.ts";
import { listConnectors } from "./connectors-list.ts";
import { applyConnectorRoute } from "./connectors-put.ts";
import { listConnectorRevisions } from "./connectors-revisions.ts";
import { testConnectorRoute } from "./connectors-test.ts";
import { getDocs } from "./docs-get.ts";
import { getHealthz } from "./healthz-get.ts";
import { createKeyRoute } from "./keys-create.ts";
import { listKeys } from "./keys-list.ts";
import { revokeKeyRoute } from "./keys-revoke.ts";
import { deleteListRoute } from "./lists-delete.ts";
import { getList } from "./lists-get.ts";
import { listLists } from "./lists-list.ts";
import { applyListRoute } from "./lists-put.ts";
import { createMailboxRoute } from "./mailboxes-create.ts";
import { deleteMailboxRoute } from "./mailboxes-delete.ts";
import { listMailboxes } from "./mailboxes-list.ts";
import { getOpenApi } from "./openapi-get.ts";
import { proxyEndpoints } from "./proxy.ts";
import { approveReviewRoute } from "./reviews-approve.ts";
import { denyReviewRoute } from "./reviews-deny.ts";
import { getReview } from "./reviews-get.ts";
import { listReviews } from "./reviews-list.ts";
import { listRoleActions } from "./roles-actions.ts";
import { deleteRoleRoute } from "./roles-delete.ts";
import { getRole } from "./roles-get.ts";
import { listRoles } from "./roles-list.ts";
import { changeRole } from "./roles-patch.ts";
import { applyRole } from "./roles-put.ts";
import { listRevisions } from "./roles-revisions.ts";
import { rollbackRoleRoute } from "./roles-rollback.ts";
import { deleteSecretRoute } from "./secrets-delete.ts";
import { listSecrets } from "./secrets-list.ts";
import { setSecretRoute } from "./secrets-put.ts";
import { deleteSinkRoute } from "./sinks-delete.ts";
import { getSink } from "./sinks-get.ts";
import { listSinks } from "./sinks-list.ts";
import { applySinkRoute } from "./sinks-put.ts";
import { getWhoami } from "./whoami-get.ts";
import { createWorkspaceRoute } from "./workspaces-create.ts";
import { replaceKeyRoute } from "./workspaces-keys-create.ts";
import { listWorkspaces } from "./workspaces-list.ts";

export const endpoints: Endpoint[] = [
	runAction,
	listActions,
	getCall,
	getWhoami,
	applyRole,
	changeRole,
	getRole,
	listRoles,
	deleteRoleRoute,
	listRevisions,
	listRoleActions,
	rollbackRoleRoute,
	applyListRoute,
	getList,
	listLists,
	deleteListRoute,
	applyConnectorRoute,
	getConnector,
	listConnectors,
	deleteConnectorRoute,
	listConnectorRevisions,
	testConnectorRoute,
	setSecretRoute,
	listSecrets,
	deleteSecretRoute,
	createAgentRoute,
	listAgents,
	getAgent,
	changeAgentRoute,
	revokeAgentRoute,
	listTokens,
	createToken,
	revokeTokenRoute,
	queryAudit,
	streamAudit,
	exportAudit,
	getCheckpoint,
	getLogKey,
	getProof,
	getLogTile,
	getAudit,
	listReviews,
	getReview,
	approveReviewRoute,
	denyReviewRoute,
	applySinkRoute,
	getSink,
	listSinks,
	deleteSinkRoute,
	createKeyRoute,
	listKeys,
	revokeKeyRoute,
	...proxyEndpoints,
	createMailboxRoute,
	listMailboxes,
	deleteMailboxRoute,
	createWorkspaceRoute,
	listWorkspaces,
	replaceKeyRoute,
	getHealthz,
	getOpenApi,
	getDocs,
];
