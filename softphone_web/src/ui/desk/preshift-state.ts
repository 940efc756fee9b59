/** The check before work as the view sees it: its steps, how far it is, what it found. */
import {
  PRESHIFT_STEPS,
  type PreshiftReport,
  type PreshiftResult,
  type PreshiftState,
  type PreshiftStep,
} from "../../phone/preshift";
import { dayKey } from "../shared/format";

export const STEPS = PRESHIFT_STEPS;
export type StepId = PreshiftStep;
export type StepState = "pending" | PreshiftState;
export type Result = PreshiftResult;

export interface Step {
  id: StepId;
  state: StepState;
}

export function atFirst(): Step[] {
  return STEPS.map((id) => ({ id, state: "pending" }));
}

export function withState(steps: readonly Step[], id: StepId, state: StepState): Step[] {
  return steps.map((step) => (step.id === id ? { id, state } : step));
}

/** Measured values to show behind a step, with their units. */
export type Figures = Partial<Record<StepId, string>>;

export function figuresOf(measured: PreshiftReport["measured"]): Figures {
  const { roundTripMs, jitterMs, downKbit, upKbit } = measured;
  const least = downKbit === null || upKbit === null ? null : Math.min(downKbit, upKbit);
  return {
    ...(roundTripMs === null ? {} : { echo: `${Math.round(roundTripMs)} ms` }),
    ...(jitterMs === null ? {} : { jitter: `${Math.round(jitterMs)} ms` }),
    ...(least === null ? {} : { bandwidth: rate(least) }),
  };
}

function rate(kbit: number): string {
  return kbit >= 1000 ? `${Math.round(kbit / 1000)} Mbit/s` : `${Math.round(kbit)} kbit/s`;
}

/** From 0 to 1; a step under way counts half. */
export function progressOf(steps: readonly Step[]): number {
  const parts: number[] = steps.map(({ state }) => {
    if (state === "pending") return 0;
    return state === "running" ? 0.5 : 1;
  });
  return parts.reduce((sum, part) => sum + part, 0) / Math.max(1, steps.length);
}

/** What the last check found, and when. */
export interface CheckRecord {
  result: Result;
  /** ISO 8601. */
  at: string;
}

/** A check counts for the day on which it was made. */
export function stateNow(record: CheckRecord | null, now: Date): Result | "none" {
  if (!record || dayKey(new Date(record.at)) !== dayKey(now)) return "none";
  return record.result;
}

export function readRecord(text: string | null): CheckRecord | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<CheckRecord> | null;
    const known =
      value?.result === "good" || value?.result === "advice" || value?.result === "failed";
    if (!known || Number.isNaN(Date.parse(String(value.at)))) return null;
    return { result: value.result as Result, at: String(value.at) };
  } catch {
    return null;
  }
}
