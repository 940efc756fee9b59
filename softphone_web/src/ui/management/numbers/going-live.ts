/** How far a number is before its start, from what the server says of its points. */
import type { GoingLive, Point } from "./going-live-api";

/** `ready`: all points are done, and nobody has recorded it yet. */
export type Stand = "open" | "ready" | "changed" | "live";

export function standOf(view: GoingLive): Stand {
  if (view.state !== "open") return view.state;
  return view.complete ? "ready" : "open";
}

export const isRunning = (view: GoingLive): boolean => view.test_calls[0]?.state === "running";

export const doneOf = (points: readonly Point[]): number =>
  points.filter((each) => each.state === "done").length;

/** Names of what was changed since somebody looked at it. */
export const changedOf = (points: readonly Point[]): string[] =>
  points.filter((each) => each.state === "changed").map((each) => each.text);

/** What can be done with a point now. A confirmed one can be taken back, a test call only made. */
export type PointAction = "confirm" | "accept" | "take-back" | "test" | null;

export function actionOf(point: Point): PointAction {
  if (point.point === "test-call") return "test";
  if (point.by_hand) return point.findings.length > 0 ? "accept" : "confirm";
  return point.at === null ? null : "take-back";
}
