/** The pages of management: who may see which, and where its code is. */
import { type ComponentType, lazy } from "react";
import type { Me } from "../../api/types";
import type { IconName } from "../shared/icons";

type Right = Me["rights"][number];

interface Section {
  right: Right;
  icon: IconName;
  page: ComponentType;
}

const page = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(() => load().then((module) => ({ default: module[name] })));

/** In the order in which they are shown. */
const SECTIONS = {
  numbers: {
    right: "numbers",
    icon: "hash",
    page: page(() => import("./numbers-page"), "NumbersPage"),
  },
  voicemails: {
    right: "voicemails",
    icon: "voicemail",
    page: page(() => import("./voicemails-page"), "VoicemailsPage"),
  },
  calls: { right: "calls", icon: "list", page: page(() => import("./calls-page"), "CallsPage") },
  countries: {
    right: "countries",
    icon: "globe",
    page: page(() => import("./countries-page"), "CountriesPage"),
  },
  seconds: {
    right: "tasks",
    icon: "sum",
    page: page(() => import("./seconds-page"), "SecondsPage"),
  },
} satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

export const section = (name: SectionName): Section => SECTIONS[name];

export function sectionsFor(me: Me): SectionName[] {
  const names = Object.keys(SECTIONS) as SectionName[];
  return names.filter((name) => me.rights.includes(SECTIONS[name].right));
}
