/** The fields of a task that are typed: title, customer, budget, who works on it. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Assignees } from "./assignees";
import { CustomerField } from "./customer-field";
import { hoursText, minutesOf } from "./minutes";
import classes from "./tasks.module.css";
import type { TaskWish } from "./tasks-api";

interface TaskFormProps {
  task: TaskWish;
  submit: string;
  busy: boolean;
  onSubmit: (task: TaskWish) => void;
  children?: ReactNode;
}

export function TaskForm({ task, submit, busy, onSubmit, children }: TaskFormProps) {
  const { t } = useTranslation();
  const [wish, setWish] = useState(task);
  const [budget, setBudget] = useState(hoursText(task.budget_minutes));
  const minutes = minutesOf(budget);
  const put = (part: Partial<TaskWish>) => setWish({ ...wish, ...part });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (minutes !== null) onSubmit({ ...wish, budget_minutes: minutes });
  };
  return (
    <form className={classes.form} onSubmit={send}>
      {children}
      <TextInput
        label={t("manage.tasks.name")}
        required
        maxLength={200}
        data-testid="task-title"
        value={wish.title}
        onChange={(event) => put({ title: event.currentTarget.value })}
      />
      <CustomerField value={wish.customer} onChange={(customer) => put({ customer })} />
      <TextInput
        label={t("manage.tasks.budget")}
        description={t("manage.tasks.budgetHint")}
        inputMode="numeric"
        maxLength={10}
        error={minutes === null ? t("manage.tasks.badMinutes") : undefined}
        data-testid="task-budget"
        value={budget}
        onChange={(event) => setBudget(event.currentTarget.value)}
      />
      <Assignees value={wish.assignees} onChange={(assignees) => put({ assignees })} />
      <Button type="submit" loading={busy} data-testid="save-task">
        {submit}
      </Button>
    </form>
  );
}
