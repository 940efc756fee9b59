/** German words of countries and limits. */
export const countriesDe = {
  countries: {
    title: "Länder",
    intro: "Was nicht freigegeben ist, wird nicht gewählt – ab dem nächsten Anruf.",
    allowed: "Freigegeben",
    others: "Gesperrt",
    zone: "Zone {{zone}}",
    filter: "Land oder Vorwahl",
    on: "{{name}} ist freigegeben",
    off: "{{name}} ist gesperrt",
    switchFor: "{{name}} freigeben",
    noneFound: "Kein Land passt zu „{{query}}“",
  },
};
