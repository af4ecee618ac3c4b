/** What the server itself refuses, on an address of the proxy: told in the form that every upstream's SDK understands. */
import { PROBLEM_STATUS } from "../../contract/codes.ts";
import type { ProblemWriter } from "../problem.ts";
import { respond } from "../respond.ts";
import { type ProxyErrorStatus, proxyErrorAnswer } from "./error-answer.ts";

/** A bug of ours may have come after the call was sent: nobody is told that it did not run. */
const MAY_HAVE_RUN = {
	state: "unknown",
	message: "something went wrong here, and the call may have run; the request id names it",
};

export const proxyProblem: ProblemWriter = (code, detail, requestId, { headers } = {}) => {
	const status = PROBLEM_STATUS[code];
	const details = { message: detail, code, request_id: requestId, ...(code === "internal_error" ? MAY_HAVE_RUN : {}) };
	return respond(proxyErrorAnswer("generic", proxyStatus(status), details, headers), requestId, proxyProblem);
};

/** Of the statuses that problems have, those that no SDK takes for "try again", except where that is meant. */
function proxyStatus(status: number): ProxyErrorStatus {
	if (status === 401 || status === 409 || status === 503) return status;
	return status === 500 ? 422 : status === 429 ? 503 : 400;
}
