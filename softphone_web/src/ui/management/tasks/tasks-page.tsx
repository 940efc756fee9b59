/** Tasks: what they were booked with; by hand, from files and to files. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { decimal } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { closeAt, Link, usePath } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import { AREAS } from "../areas";
import { customerQuery } from "../billing/billing-api";
import { BudgetConverter } from "../budget-converter";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { BillingImport } from "./file-imports";
import { HandoverSwitch } from "./handovers";
import { hoursText } from "./minutes";
import { NewTaskDialog } from "./new-task-dialog";
import { TaskDialog } from "./task-dialog";
import classes from "./tasks.module.css";
import { type BookedTask, csvOf, type TaskFilter, tasksQuery } from "./tasks-api";

const HERE = "/manage/tasks";

function Row({ task }: { task: BookedTask }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const about = [
    task.customer,
    task.external_id,
    task.budget_minutes ? t("manage.tasks.hours", { time: hoursText(task.budget_minutes) }) : null,
  ];
  return (
    <li>
      <Link
        href={`${HERE}/${encodeURIComponent(task.external_id)}`}
        className={`${list.row} ${classes.row}`}
        data-testid={`task-${task.external_id}`}
      >
        <span className={`${list.two} ${list.grow}`}>
          <strong>{task.title}</strong>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
        {task.state === "closed" ? (
          <span className={list.badge}>{t("manage.tasks.states.closed")}</span>
        ) : null}
        {task.own ? <span className={list.badge}>{t("manage.tasks.own")}</span> : null}
        <span className={`${list.badge} tabular`} data-tone="good">
          {t(`areas.${task.area}`)}
          {task.factor ? ` · ${decimal(task.factor, language)}` : ""}
        </span>
      </Link>
    </li>
  );
}

interface FiltersProps {
  which: TaskFilter;
  onChange: (part: Partial<TaskFilter>) => void;
}

function Filters({ which, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const all = { value: "", label: t("common.allOf") };
  const customer = useQuery({
    ...customerQuery(api, which.customer),
    enabled: which.customer !== "",
  }).data;
  return (
    <search className={list.tools}>
      <TextInput
        className={list.wide ?? ""}
        label={t("manage.tasks.search")}
        data-testid="task-search"
        value={which.query}
        onChange={(event) => onChange({ query: event.currentTarget.value })}
      />
      {which.customer ? (
        <button
          type="button"
          className={buttons.secondary}
          data-testid="task-filter-customer"
          aria-label={t("manage.tasks.allCustomers", { name: customer?.name ?? "" })}
          onClick={() => onChange({ customer: "" })}
        >
          {customer?.name ?? "…"}
          <Icon name="close" size={16} />
        </button>
      ) : null}
      <NativeSelect
        label={t("manage.tasks.area.title")}
        data-testid="task-filter-area"
        value={which.area}
        onChange={(event) => onChange({ area: event.currentTarget.value })}
        data={[all, ...AREAS.map((each) => ({ value: each, label: t(`areas.${each}`) }))]}
      />
      <NativeSelect
        label={t("manage.tasks.state")}
        data-testid="task-filter-state"
        value={which.state}
        onChange={(event) => onChange({ state: event.currentTarget.value })}
        data={[
          all,
          ...(["open", "closed"] as const).map((each) => ({
            value: each,
            label: t(`manage.tasks.states.${each}`),
          })),
        ]}
      />
    </search>
  );
}

type Open = "new" | "tasks" | "work-times" | null;

function Actions({ onOpen }: { onOpen: (which: Open) => void }) {
  const { t } = useTranslation();
  const german = useLanguage() === "de";
  return (
    <div className={classes.actions}>
      <button
        type="button"
        className={buttons.primary}
        data-testid="add-task"
        onClick={() => onOpen("new")}
      >
        <Icon name="add" size={18} />
        {t("manage.tasks.add")}
      </button>
      {(["tasks", "work-times"] as const).map((what) => (
        <button
          key={what}
          type="button"
          className={buttons.secondary}
          data-testid={`${what}-import`}
          onClick={() => onOpen(what)}
        >
          <Icon name="upload" size={18} />
          {t(`manage.tasks.import.${what}`)}
        </button>
      ))}
      <a className={buttons.secondary} href={csvOf("tasks", german)} download="tasks.csv">
        <Icon name="download" size={18} />
        {t("manage.tasks.export")}
      </a>
    </div>
  );
}

/** As a link from a customer has it. */
function atFirst(): TaskFilter {
  const customer = new URLSearchParams(window.location.search).get("customer") ?? "";
  return { query: "", customer, area: "", state: customer ? "" : "open" };
}

export function TasksPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const shown = usePath().split("/")[3];
  const [open, setOpen] = useState<Open>(null);
  const [which, setWhich] = useState(atFirst);
  const query = useInfiniteQuery(
    tasksQuery(api, { ...which, query: useDebounced(which.query, 250) }),
  );
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Actions onOpen={setOpen} />
      <Filters which={which} onChange={(part) => setWhich({ ...which, ...part })} />
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={tasks.length === 0 ? <Empty icon="list" title={t("manage.tasks.empty")} /> : null}
      >
        <ul className={classes.list} data-testid="tasks">
          {tasks.map((task) => (
            <Row key={task.external_id} task={task} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      <BudgetConverter />
      <HandoverSwitch />
      {shown ? (
        <TaskDialog key={shown} id={decodeURIComponent(shown)} onClose={() => closeAt(HERE)} />
      ) : null}
      {open === "new" ? <NewTaskDialog onClose={() => setOpen(null)} /> : null}
      {open === "tasks" || open === "work-times" ? (
        <BillingImport what={open} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}
