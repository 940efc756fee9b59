/** English words of management, what all its pages share. */
import type { Same } from "../texts";
import type { baseDe } from "./base.de";

export const baseEn: Same<typeof baseDe> = {
  title: "Management",
  loadFailed: "Could not be loaded",
};
