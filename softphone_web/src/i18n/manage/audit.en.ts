/** English words of the audit log. */
import type { Same } from "../texts";
import type { auditDe } from "./audit.de";

export const auditEn: Same<typeof auditDe> = {
  audit: {
    title: "Changes",
    intro: "Who changed what, and when. None of it can be changed afterwards.",
    period: "Period",
    by: "Who",
    kind: "What",
    subject: "Which one (exactly)",
    subjectHint: "+49 …, address, code",
    system: "the exchange itself",
    at: "When",
    was: "before",
    is: "now",
    added: "new",
    gone: "gone",
    empty: "No changes in this selection",
  },
};
