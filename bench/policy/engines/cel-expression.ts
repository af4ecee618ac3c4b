/** The tour's policy in the Common Expression Language. */
import { TOUR_CAP, TOUR_DOMAINS } from "../roles.ts";

export const CEL_EXPRESSION = `action == "mail.send" && domains.all(d, d in ${JSON.stringify(TOUR_DOMAINS)}) && count <= ${TOUR_CAP}`;
