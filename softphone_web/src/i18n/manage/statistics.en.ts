/** English words of statistics. */
import type { Same } from "../texts";
import type { statisticsDe } from "./statistics.de";

export const statisticsEn: Same<typeof statisticsDe> = {
  statistics: {
    title: "Statistics",
    intro: "Key figures only: who, when, how long, for which task. Nobody ever listens in.",
    filters: "Filters",
    calls: "calls",
    answered: "answered",
    missed: "not taken by us",
    unanswered: "not reached there",
    talk: "talk time",
    average: "per conversation",
    byDay: "Calls by day",
    byDaySummary: "{{calls}} calls on {{days}} days, most of them on {{day}}: {{most}}.",
    byHour: "When people call",
    byHourSummary: "Most on {{weekday}} from {{hour}} to {{until}}: {{most}} calls.",
    by: "Split by",
    bys: {
      person: "people",
      task: "tasks",
      customer: "customers",
      country: "countries",
      type: "kind of number",
      number: "our numbers",
      group: "number groups",
      outcome: "outcome",
      direction: "direction",
    },
    asTable: "As a table",
    day: "Day",
    hour: "Hour",
    none: "none",
    csv: "Download CSV",
    empty: "No calls in this selection",
    more: "and {{count}} more: please download the CSV",
    weekdays: {
      "1": "Mon",
      "2": "Tue",
      "3": "Wed",
      "4": "Thu",
      "5": "Fri",
      "6": "Sat",
      "7": "Sun",
    },
  },
};
