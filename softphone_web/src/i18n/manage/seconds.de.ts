/** German words of time per task. */
export const secondsDe = {
  seconds: {
    title: "Zeiten je Aufgabe",
    intro: "Abrechenbar ist die Zeit ab dem Abheben der Gegenstelle.",
    task: "Aufgabe",
    calls: "Anrufe",
    talk: "Gespräch",
    de: "davon DE",
    eu: "davon EU",
    platform: "Anlage",
    total: "Summe",
    csv: "Als CSV laden",
    month: "Monat",
    empty: "In diesem Monat wurde nicht telefoniert.",
  },
  budget: {
    title: "Budgetrechner",
    intro: "Effektive Arbeitszeit in zu buchende Zeit umrechnen.",
    hours: "Stunden",
    minutes: "Minuten",
    area: "Arbeitsbereich",
    whole: "Bitte ganze Stunden und Minuten eingeben.",
    booked: "zu buchen",
    exact: "genau {{minutes}} min, Faktor {{factor}}",
  },
};
