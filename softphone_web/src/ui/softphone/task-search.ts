import type { TaskView } from "../../api/types";

/** The tasks in which every word of `query` occurs; exact ids first. */
export function matching(tasks: readonly TaskView[], query: string): TaskView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = tasks.filter((task) => {
    const text = `${task.external_id} ${task.title} ${task.customer}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const exact = (task: TaskView) =>
    task.external_id.toLowerCase() === query.toLowerCase() ? 0 : 1;
  return found.sort((a, b) => exact(a) - exact(b));
}
