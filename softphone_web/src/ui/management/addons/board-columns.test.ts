import { expect, test } from "vitest";
import type { Card } from "./addons-api";
import { columnsOf } from "./board-columns";

const card = (id: string, part: Partial<Card>): Card =>
  ({
    id,
    next_step: "feasible",
    booked_at: `2026-11-2${id}T09:00:00Z`,
    late: false,
    reminded_at: null,
    escalated_at: null,
    ...part,
  }) as Card;

test("cards stand under their next step, the urgent ones first", () => {
  const columns = columnsOf([
    card("5", {}),
    card("4", {}),
    card("6", { reminded_at: "2026-11-27T09:00:00Z" }),
    card("7", { late: true }),
    card("8", { escalated_at: "2026-11-27T09:00:00Z", late: true }),
    card("1", { next_step: "test-call" }),
  ]);
  expect(columns.map(({ name, cards }) => [name, cards.map(({ id }) => id).join("")])).toEqual([
    ["feasible", "87645"],
    ["number", ""],
    ["greeting", ""],
    ["configured", ""],
    ["test-call", "1"],
    ["informed", ""],
  ]);
});

test("a card without an open step has a column only where there is one", () => {
  expect(columnsOf([card("1", { next_step: null })]).at(-1)).toMatchObject({ name: "ready" });
  expect(columnsOf([]).map(({ name }) => name)).not.toContain("ready");
});
