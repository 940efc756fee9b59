/** German words of the audit log. */
export const auditDe = {
  audit: {
    title: "Änderungen",
    intro: "Wer was wann geändert hat. Nichts davon lässt sich nachträglich ändern.",
    period: "Zeitraum",
    by: "Wer",
    kind: "Was",
    subject: "Welche (genau)",
    subjectHint: "+49 …, Adresse, Kürzel",
    system: "die Anlage selbst",
    at: "Wann",
    was: "vorher",
    is: "jetzt",
    added: "neu",
    gone: "weg",
    empty: "Keine Änderungen in dieser Auswahl",
  },
};
