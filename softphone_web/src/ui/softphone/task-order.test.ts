import { expect, test } from "vitest";
import type { TaskView } from "../../api/types";
import { grouped, inOrder } from "./task-order";

const task = (external_id: string, part: Partial<TaskView> = {}): TaskView => ({
  external_id,
  title: external_id,
  customer: "",
  area: "backoffice",
  budget_minutes: 0,
  assignees: [],
  own: false,
  favourite: false,
  last_used_at: null,
  state: "open",
  ...part,
});

const at = (hour: number) => `2026-11-21T${String(hour).padStart(2, "0")}:00:00Z`;

test("favourites first, then the last used, then the rest; each once", () => {
  const groups = grouped([
    task("rest"),
    task("old", { last_used_at: at(8) }),
    task("star", { favourite: true }),
    task("new", { last_used_at: at(12) }),
    task("starred and used", { favourite: true, last_used_at: at(9) }),
  ]);
  expect(inOrder(groups).map((each) => each.external_id)).toEqual([
    "starred and used",
    "star",
    "new",
    "old",
    "rest",
  ]);
});

test("what was used long before stands with the rest", () => {
  const used = [1, 2, 3, 4, 5, 6, 7].map((hour) => task(`t${hour}`, { last_used_at: at(hour) }));
  const { recent, others } = grouped(used);
  expect(recent.map((each) => each.external_id)).toEqual(["t7", "t6", "t5", "t4", "t3"]);
  expect(others.map((each) => each.external_id)).toEqual(["t1", "t2"]);
});
