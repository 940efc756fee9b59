/** German words of management, what all its pages share. */
export const baseDe = {
  title: "Verwaltung",
  section: "Bereich",
  groups: {
    calls: "Anrufe",
    numbers: "Rufnummern",
    rules: "Menschen und Regeln",
    money: "Geld",
    house: "Betrieb",
  },
  loadFailed: "Konnte nicht geladen werden",
};
