import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { FreshQueries } from "./fresh-queries";

const KEY = ["contacts", "Tastatur"];
let queries: FreshQueries;
let answers: ((names: string[]) => void)[];

/** A list that somebody looks at; what the server is asked waits in `answers`. */
function looking() {
  const queryFn = () => new Promise<string[]>((answer) => answers.push(answer));
  const list = new QueryObserver(queries, { queryKey: KEY, queryFn });
  list.subscribe(() => undefined);
  return list;
}

beforeEach(() => {
  queries = new FreshQueries();
  answers = [];
});

test("a first answer made before the change is followed by a newer one", async () => {
  const list = looking();
  const settled = queries.invalidateQueries({ queryKey: ["contacts"] });
  answers[0]?.(["gone meanwhile"]);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.([]);
  await settled;
  expect(list.getCurrentResult().data).toEqual([]);
});

test("a first request that fails is followed by another one", async () => {
  const list = looking();
  const settled = queries.invalidateQueries({ queryKey: ["contacts"] });
  void queries.cancelQueries({ queryKey: KEY });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(["there"]);
  await settled;
  expect(list.getCurrentResult().data).toEqual(["there"]);
});

test("what has been loaded is asked for once more, not twice", async () => {
  const list = looking();
  answers[0]?.(["old"]);
  await vi.waitFor(() => expect(list.getCurrentResult().data).toEqual(["old"]));
  const settled = queries.invalidateQueries({ queryKey: ["contacts"] });
  answers[1]?.(["new"]);
  await settled;
  expect(answers).toHaveLength(2);
  expect(list.getCurrentResult().data).toEqual(["new"]);
});

test("what nobody looks at is not asked for again, but known to be old", async () => {
  const queryFn = () => new Promise<string[]>((answer) => answers.push(answer));
  void queries.fetchQuery({ queryKey: KEY, queryFn });
  const settled = queries.invalidateQueries({ queryKey: ["contacts"] });
  answers[0]?.(["old"]);
  await settled;
  expect(answers).toHaveLength(1);
  expect(queries.getQueryState(KEY)).toMatchObject({ data: ["old"], isInvalidated: true });
});
