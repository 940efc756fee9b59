/** The pages of management: who may see which, and where its code is. */
import { type ComponentType, lazy } from "react";
import type { Me } from "../../api/types";
import type { IconName } from "../shared/icons";

type Right = Me["rights"][number];

export const GROUPS = ["calls", "numbers", "rules", "money", "house"] as const;
export type Group = (typeof GROUPS)[number];

interface Section {
  group: Group;
  right: Right;
  icon: IconName;
  page: ComponentType;
}

const page = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(() => load().then((module) => ({ default: module[name] })));

/** In the order in which they are shown within their groups. */
const SECTIONS = {
  live: {
    group: "calls",
    right: "calls",
    icon: "pulse",
    page: page(() => import("./live-page"), "LivePage"),
  },
  calls: {
    group: "calls",
    right: "calls",
    icon: "list",
    page: page(() => import("./calls-page"), "CallsPage"),
  },
  voicemails: {
    group: "calls",
    right: "voicemails",
    icon: "voicemail",
    page: page(() => import("./voicemails-page"), "VoicemailsPage"),
  },
  statistics: {
    group: "calls",
    right: "statistics",
    icon: "chart",
    page: page(() => import("./statistics-page"), "StatisticsPage"),
  },
  numbers: {
    group: "numbers",
    right: "numbers",
    icon: "hash",
    page: page(() => import("./numbers-page"), "NumbersPage"),
  },
  routing: {
    group: "numbers",
    right: "numbers",
    icon: "transfer",
    page: page(() => import("./routing/routing-page"), "RoutingPage"),
  },
  greetings: {
    group: "numbers",
    right: "numbers",
    icon: "microphone",
    page: page(() => import("./greetings-page"), "GreetingsPage"),
  },
  people: {
    group: "rules",
    right: "people",
    icon: "people",
    page: page(() => import("./people/people-page"), "PeoplePage"),
  },
  countries: {
    group: "rules",
    right: "countries",
    icon: "globe",
    page: page(() => import("./countries-page"), "CountriesPage"),
  },
  limits: {
    group: "rules",
    right: "countries",
    icon: "shield",
    page: page(() => import("./limits-page"), "LimitsPage"),
  },
  customers: {
    group: "money",
    right: "tasks",
    icon: "contacts",
    page: page(() => import("./billing/customers-page"), "CustomersPage"),
  },
  tasks: {
    group: "money",
    right: "tasks",
    icon: "note",
    page: page(() => import("./tasks/tasks-page"), "TasksPage"),
  },
  addons: {
    group: "money",
    right: "tasks",
    icon: "star",
    page: page(() => import("./addons/addons-page"), "AddonsPage"),
  },
  statements: {
    group: "money",
    right: "statements",
    icon: "calculator",
    page: page(() => import("./billing/statements-page"), "StatementsPage"),
  },
  seconds: {
    group: "money",
    right: "tasks",
    icon: "sum",
    page: page(() => import("./seconds-page"), "SecondsPage"),
  },
  factors: {
    group: "money",
    right: "tasks",
    icon: "sum",
    page: page(() => import("./factors/factors-page"), "FactorsPage"),
  },
  prices: {
    group: "money",
    right: "countries",
    icon: "calculator",
    page: page(() => import("./prices/prices-page"), "PricesPage"),
  },
  reconciliation: {
    group: "money",
    right: "calls",
    icon: "swap",
    page: page(() => import("./reconciliation/reconciliation-page"), "ReconciliationPage"),
  },
  integration: {
    group: "house",
    right: "integration",
    icon: "link",
    page: page(() => import("./integration/integration-page"), "IntegrationPage"),
  },
  audit: {
    group: "house",
    right: "audit",
    icon: "shield",
    page: page(() => import("./audit-page"), "AuditPage"),
  },
} satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

export const section = (name: SectionName): Section => SECTIONS[name];

export function sectionsFor(me: Me): SectionName[] {
  const names = Object.keys(SECTIONS) as SectionName[];
  return names.filter((name) => me.rights.includes(SECTIONS[name].right));
}

/** Only groups in which something is left. */
export function grouped(names: readonly SectionName[]): [Group, SectionName[]][] {
  const parts = GROUPS.map((group): [Group, SectionName[]] => [
    group,
    names.filter((name) => SECTIONS[name].group === group),
  ]);
  return parts.filter(([, inside]) => inside.length > 0);
}
