/** German words of the audit log. */
export const auditDe = {};
