/** The tasks of the picker in their order: favourites, then what was used last, then the rest. */
import type { TaskView } from "../../api/types";

export interface TaskGroups {
  favourites: TaskView[];
  recent: TaskView[];
  others: TaskView[];
}

/** More than these are no help in remembering. */
const RECENT = 5;

const used = (task: TaskView) => (task.last_used_at ? Date.parse(task.last_used_at) : 0);
const byUse = (a: TaskView, b: TaskView) => used(b) - used(a);

/** `tasks` in groups; each task is in one of them only. */
export function grouped(tasks: readonly TaskView[]): TaskGroups {
  const favourites = tasks.filter((task) => task.favourite).sort(byUse);
  const rest = tasks.filter((task) => !task.favourite);
  const recent = rest
    .filter((task) => used(task) > 0)
    .sort(byUse)
    .slice(0, RECENT);
  return { favourites, recent, others: rest.filter((task) => !recent.includes(task)) };
}

/** The groups one after the other, as the arrow keys walk through them. */
export function inOrder({ favourites, recent, others }: TaskGroups): TaskView[] {
  return [...favourites, ...recent, ...others];
}
