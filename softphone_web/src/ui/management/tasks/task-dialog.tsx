/** One task: its share, its area with the factor, what was typed, its work times, its history. */
import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { Link } from "../../shared/router";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import { ShareGauge } from "../../softphone/share-gauge";
import { History } from "../changes";
import list from "../list.module.css";
import { AreaChoice } from "./area-choice";
import { Handovers } from "./handovers";
import { TaskForm } from "./task-form";
import classes from "./tasks.module.css";
import {
  type BookedTask,
  putTask,
  type TaskWish,
  taskHistoryQuery,
  taskQuery,
  useTaskChange,
  wishOf,
} from "./tasks-api";
import { WorkTimes } from "./work-times";

function useSave(task: BookedTask) {
  const { t } = useTranslation();
  const { api } = useServices();
  const save = useTaskChange(
    ({ wish, undoable }: { wish: TaskWish; undoable: boolean }) =>
      putTask(api, task.external_id, wish, !undoable),
    (_, { wish, undoable }) => {
      const undo = () => save.mutate({ wish: wishOf(task), undoable: false });
      const said =
        wish.state === task.state
          ? t("manage.tasks.saved", { task: wish.title })
          : t(`manage.tasks.became.${wish.state}`, { task: wish.title });
      tell(said, undoable ? undo : undefined);
    },
  );
  return save;
}

function Head({ task }: { task: BookedTask }) {
  const { t } = useTranslation();
  const save = useSave(task);
  const next = task.state === "open" ? "closed" : "open";
  const wish = { ...wishOf(task), state: next } as const;
  return (
    <div className={classes.head}>
      <span className={list.badge} data-tone={task.state === "open" ? "good" : undefined}>
        {t(`manage.tasks.states.${task.state}`)}
      </span>
      <span className="tabular">{task.external_id}</span>
      {task.customer_id ? (
        <Link href={`/manage/customers/${task.customer_id}`}>{task.customer}</Link>
      ) : null}
      {task.own ? <span className={list.badge}>{t("manage.tasks.own")}</span> : null}
      <Button
        size="sm"
        variant="light"
        data-testid="task-state"
        loading={save.isPending}
        onClick={() => save.mutate({ wish, undoable: true })}
      >
        {t(`manage.tasks.make.${next}`)}
      </Button>
    </div>
  );
}

function Shown({ task }: { task: BookedTask }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const save = useSave(task);
  const history = useInfiniteQuery(taskHistoryQuery(api, task.external_id));
  return (
    <div className={classes.parts} data-testid="task">
      <Head task={task} />
      <ShareGauge task={task.external_id} />
      <AreaChoice task={task} />
      <TaskForm
        // What somebody else changed meanwhile is shown, not overwritten.
        key={JSON.stringify(wishOf(task))}
        task={wishOf(task)}
        submit={t("manage.tasks.save")}
        busy={save.isPending}
        onSubmit={(wish) => save.mutate({ wish, undoable: true })}
      />
      <Handovers task={task.external_id} />
      <WorkTimes task={task.external_id} />
      <History title={t("manage.tasks.history")} query={history} />
    </div>
  );
}

export function TaskDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(taskQuery(api, id));
  return (
    <Dialog title={data?.title ?? t("common.loading")} side onClose={onClose}>
      {error ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? <Shown task={data} /> : null}
    </Dialog>
  );
}
