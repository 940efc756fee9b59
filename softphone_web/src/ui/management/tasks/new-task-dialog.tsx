/** A task that the task app does not know, made by hand. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/client";
import type { Area } from "../../../api/types";
import { Dialog } from "../../shared/dialog";
import { navigate } from "../../shared/router";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { AREAS, areaOf } from "../areas";
import { TaskForm } from "./task-form";
import { type BookedTask, putTask, type TaskWish, taskQuery, useTaskChange } from "./tasks-api";

/** Whether there is a task with this id already: a new one must not take its place. */
function useIsKnown() {
  const { api, queries } = useServices();
  return async (id: string): Promise<BookedTask | null> => {
    try {
      return await queries.fetchQuery({ ...taskQuery(api, id), retry: false });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  };
}

export function NewTaskDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const known = useIsKnown();
  const [id, setId] = useState("");
  const [taken, setTaken] = useState(false);
  const [area, setArea] = useState<Area>("backoffice");
  const add = useTaskChange(
    async (wish: TaskWish) => {
      const free = (await known(id.trim())) === null;
      if (free) await putTask(api, id.trim(), { ...wish, area });
      return free;
    },
    (free, wish) => {
      setTaken(!free);
      if (!free) return;
      tell(t("manage.tasks.added", { task: wish.title }));
      onClose();
      navigate(`/manage/tasks/${encodeURIComponent(id.trim())}`);
    },
  );
  const empty: TaskWish = {
    title: "",
    customer: "",
    area,
    budget_minutes: 0,
    assignees: [],
    state: "open",
  };
  return (
    <Dialog title={t("manage.tasks.add")} side onClose={onClose}>
      <TaskForm
        task={empty}
        submit={t("manage.tasks.add")}
        busy={add.isPending}
        onSubmit={(wish) => add.mutate(wish)}
      >
        <TextInput
          label={t("manage.tasks.id")}
          description={t("manage.tasks.idHint")}
          required
          maxLength={100}
          error={taken ? t("manage.tasks.idTaken") : undefined}
          data-testid="task-id"
          value={id}
          onChange={(event) => {
            setTaken(false);
            setId(event.currentTarget.value);
          }}
        />
        <NativeSelect
          label={t("manage.tasks.area.title")}
          data-testid="task-area"
          value={area}
          onChange={(event) => setArea(areaOf(event.currentTarget.value) ?? "backoffice")}
          data={AREAS.map((each) => ({ value: each, label: t(`areas.${each}`) }))}
        />
      </TaskForm>
    </Dialog>
  );
}
