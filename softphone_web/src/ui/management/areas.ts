/** The areas that a task can be booked with. */
import type { Area } from "../../api/types";

export const AREAS: readonly Area[] = [
  "backoffice",
  "backoffice_de",
  "backoffice_eu",
  "sales",
  "sales_de",
  "sales_eu",
];

export const areaOf = (text: string): Area | undefined => AREAS.find((each) => each === text);
