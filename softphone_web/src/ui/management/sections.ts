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
  live: { right: "calls", icon: "pulse", page: page(() => import("./live-page"), "LivePage") },
  numbers: {
    right: "numbers",
    icon: "hash",
    page: page(() => import("./numbers-page"), "NumbersPage"),
  },
  routing: {
    right: "numbers",
    icon: "transfer",
    page: page(() => import("./routing/routing-page"), "RoutingPage"),
  },
  greetings: {
    right: "numbers",
    icon: "microphone",
    page: page(() => import("./greetings-page"), "GreetingsPage"),
  },
  people: {
    right: "people",
    icon: "people",
    page: page(() => import("./people/people-page"), "PeoplePage"),
  },
  voicemails: {
    right: "voicemails",
    icon: "voicemail",
    page: page(() => import("./voicemails-page"), "VoicemailsPage"),
  },
  calls: { right: "calls", icon: "list", page: page(() => import("./calls-page"), "CallsPage") },
  statistics: {
    right: "statistics",
    icon: "chart",
    page: page(() => import("./statistics-page"), "StatisticsPage"),
  },
  countries: {
    right: "countries",
    icon: "globe",
    page: page(() => import("./countries-page"), "CountriesPage"),
  },
  limits: {
    right: "countries",
    icon: "shield",
    page: page(() => import("./limits-page"), "LimitsPage"),
  },
  prices: {
    right: "countries",
    icon: "calculator",
    page: page(() => import("./prices/prices-page"), "PricesPage"),
  },
  reconciliation: {
    right: "calls",
    icon: "swap",
    page: page(() => import("./reconciliation/reconciliation-page"), "ReconciliationPage"),
  },
  seconds: {
    right: "tasks",
    icon: "sum",
    page: page(() => import("./seconds-page"), "SecondsPage"),
  },
  customers: {
    right: "tasks",
    icon: "contacts",
    page: page(() => import("./billing/customers-page"), "CustomersPage"),
  },
  statements: {
    right: "tasks",
    icon: "calculator",
    page: page(() => import("./billing/statements-page"), "StatementsPage"),
  },
  audit: { right: "audit", icon: "shield", page: page(() => import("./audit-page"), "AuditPage") },
} satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

export const section = (name: SectionName): Section => SECTIONS[name];

export function sectionsFor(me: Me): SectionName[] {
  const names = Object.keys(SECTIONS) as SectionName[];
  return names.filter((name) => me.rights.includes(SECTIONS[name].right));
}
