/** English words of time per task. */
import type { Same } from "../texts";
import type { secondsDe } from "./seconds.de";

export const secondsEn: Same<typeof secondsDe> = {
  seconds: {
    title: "Time per task",
    intro: "Billable is the time from the far party's answer on.",
    task: "Task",
    calls: "Calls",
    talk: "Talk",
    de: "of it DE",
    eu: "of it EU",
    platform: "Platform",
    total: "Total",
    csv: "Download CSV",
    month: "Month",
    empty: "No calls in this month.",
  },
  budget: {
    title: "Budget converter",
    intro: "Turns effective work time into the time to book.",
    hours: "Hours",
    minutes: "Minutes",
    area: "Work area",
    whole: "Please type whole hours and minutes.",
    booked: "to book",
    exact: "exactly {{minutes}} min, factor {{factor}}",
  },
};
