/** English words of management, what all its pages share. */
import type { Same } from "../texts";
import type { baseDe } from "./base.de";

export const baseEn: Same<typeof baseDe> = {
  title: "Management",
  section: "Section",
  groups: {
    calls: "Calls",
    numbers: "Numbers",
    rules: "People and rules",
    money: "Money",
    house: "Operation",
  },
  loadFailed: "Could not be loaded",
};
