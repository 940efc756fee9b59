/** The arithmetic of the table of factors, in thousandths: no factor passes through a fraction. */
import type { Area } from "../../../api/types";
import type { FactorSet } from "../tasks/tasks-api";

export type FactorField = Exclude<keyof FactorSet, "valid_from">;

export const FIELDS: readonly FactorField[] = [
  "base_backoffice",
  "base_sales",
  "surcharge_de",
  "surcharge_eu",
  "pay_backoffice",
  "pay_sales",
];

/** `1,25` or `1.25` as 1250; null where it is no factor. */
export function thousandths(text: string): number | null {
  const [, whole, part = ""] = /^(\d)(?:[.,](\d{1,3}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? null : Number(whole) * 1000 + Number(part.padEnd(3, "0"));
}

/** 1250 as `1.25`, 1000 as `1.0`. */
export function factorText(value: number): string {
  const part = String(value % 1000).padStart(3, "0");
  return `${Math.floor(value / 1000)}.${part.replace(/0{1,2}$/, "")}`;
}

/** What a customer and a VPA get in an area by these factors; null where one of them is wrong. */
export function factorsOf(
  set: Omit<FactorSet, "valid_from">,
  area: Area,
): { customer: string; pay: string } | null {
  const sales = area.startsWith("sales");
  const base = thousandths(sales ? set.base_sales : set.base_backoffice);
  const pay = thousandths(sales ? set.pay_sales : set.pay_backoffice);
  const zone = area.endsWith("_de") ? set.surcharge_de : set.surcharge_eu;
  const surcharge = area.includes("_") ? thousandths(zone) : 0;
  if (base === null || pay === null || surcharge === null) return null;
  return { customer: factorText(base + surcharge), pay: factorText(pay) };
}

/** Which row holds on a day: the latest that has begun. `rows` come newest first. */
export function validOn<T extends { valid_from: string }>(
  rows: readonly T[],
  day: string,
): T | undefined {
  return rows.find((row) => row.valid_from <= day);
}

/** As the server wants them; null while one of them is wrong. */
export function setOf(day: string, typed: Record<FactorField, string>): FactorSet | null {
  const values = FIELDS.map((field) => [field, thousandths(typed[field])] as const);
  if (!day || values.some(([, value]) => value === null)) return null;
  const texts = Object.fromEntries(values.map(([field, value]) => [field, factorText(value ?? 0)]));
  return { ...(texts as Record<FactorField, string>), valid_from: day };
}
