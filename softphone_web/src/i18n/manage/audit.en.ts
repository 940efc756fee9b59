/** English words of the audit log. */
import type { Same } from "../texts";
import type { auditDe } from "./audit.de";

export const auditEn: Same<typeof auditDe> = {};
