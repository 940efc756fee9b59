/** English words of the list of calls. */
import type { Same } from "../texts";
import type { callsDe } from "./calls.de";

export const callsEn: Same<typeof callsDe> = {
  calls: {
    title: "Calls",
    intro: "All calls with what happened in them.",
    period: "Period",
    today: "Today",
    week: "7 days",
    month: "30 days",
    all: "All",
    person: "Person",
    onlyMissed: "Missed only",
    number: "Number",
    numberUnfinished: "Complete number, please",
    task: "Task",
    time: "Time",
    party: "Far party",
    outcome: "Outcome",
    duration: "Duration",
    empty: "No calls in this selection",
    timeline: "What happened",
    facts: {
      shown: "Shown",
      did: "Our number",
      talk: "Billable",
      platform: "Platform",
      cause: "Cause",
      zone: "Destination",
      id: "Id",
    },
  },
};
