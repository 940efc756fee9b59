/** German words of our numbers. */
export const numbersDe = {
  numbers: {
    title: "Rufnummern",
    intro: "Eine Zuordnung gilt ab dem nächsten Anruf.",
    headOffice: "Zentrale",
    ring: "klingelt {{seconds}} s, dann Anrufbeantworter",
    nobody: "niemand – direkt zum Anrufbeantworter",
    ownShown: "wird als eigene Nummer angezeigt",
    live: "erreichbar",
    away: "nicht erreichbar",
    assigned: "{{number}} klingelt jetzt bei {{name}}",
    unassigned: "{{number}} ist niemandem zugeordnet",
    unnamed: "Ohne Bezeichnung",
    assignFor: "{{number}} zuordnen",
    empty: "Noch keine Rufnummern",
    filter: "Nummer, Bezeichnung oder Person",
  },
};
