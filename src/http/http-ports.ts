/** Everything that the endpoints' use cases need, less what belongs to one request. */

import type { KeyPorts } from "../gateway/admin-keys.ts";
import type { ApplyRolePorts } from "../gateway/apply-role.ts";
import type { ConnectorChangePorts } from "../gateway/connectors.ts";
import type { CreateAgentPorts } from "../gateway/create-agent.ts";
import type { CreateWorkspacePorts } from "../gateway/create-workspace.ts";
import type { DecideReviewPorts } from "../gateway/decide-review.ts";
import type { DeleteRolePorts } from "../gateway/delete-role.ts";
import type { FollowPorts } from "../gateway/follow-log.ts";
import type { GovernPorts } from "../gateway/govern-action.ts";
import type { LookUpPorts } from "../gateway/look-up-call.ts";
import type { MailboxPorts } from "../gateway/mailboxes.ts";
import type { Outbound } from "../gateway/outbound-ports.ts";
import type { PublishedLogPorts } from "../gateway/published-log-ports.ts";
import type { ReadLogPorts } from "../gateway/read-log.ts";
import type { SecretPorts } from "../gateway/secret-ports.ts";
import type { SecretChangePorts } from "../gateway/secrets.ts";
import type { SinkPorts } from "../gateway/sinks.ts";
import type { TokenBrake } from "../gateway/token-brake.ts";

type AllPorts = SinkPorts &
	SecretChangePorts &
	ConnectorChangePorts &
	SecretPorts &
	DeleteRolePorts &
	KeyPorts &
	MailboxPorts &
	ApplyRolePorts &
	CreateAgentPorts &
	CreateWorkspacePorts &
	GovernPorts &
	DecideReviewPorts &
	LookUpPorts &
	ReadLogPorts &
	PublishedLogPorts &
	FollowPorts;

export interface HttpPorts extends Omit<AllPorts, "keepAlive"> {
	/** Whether the database has the schema that this code needs; remembered once it does. */
	ready: () => Promise<boolean>;
	/** The address that all clients have, where the platform does not say it (a gateway on the loopback interface). */
	clientAddress: string | undefined;
	tokenBrake: TokenBrake;
	/** Requests of the gateway's own to the outside. */
	outbound: Outbound;
}
