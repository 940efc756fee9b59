/** The task that the next call belongs to: favourites and the last used first, found by any word. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskView } from "../../api/types";
import { Icon } from "../shared/icons";
import { tasksQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { useDebounced } from "../shared/use-debounced";
import { TaskList } from "./task-list";
import { grouped, inOrder } from "./task-order";
import classes from "./task-picker.module.css";
import { matching } from "./task-search";
import { moved } from "./transfer-search";
import { useFavourite } from "./use-favourite";

interface TaskPickerProps {
  task: TaskView | null;
  onChange: (task: TaskView | null) => void;
}

const TYPING_MS = 150;

export function TaskPicker({ task, onChange }: TaskPickerProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const favourite = useFavourite();
  const id = useId();
  const around = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const query = (typed ?? "").trim();
  const settled = useDebounced(query, TYPING_MS);
  const found = useQuery({ ...tasksQuery(api, settled), placeholderData: keepPreviousData });
  const items = matching(found.data?.items ?? [], query);
  const groups = grouped(items);
  const options = query ? items : inOrder(groups);
  const current = Math.min(at, options.length - 1);
  const known = found.data?.items.find((each) => each.external_id === task?.external_id) ?? task;

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!around.current?.contains(event.target as Node)) close();
    };
    window.addEventListener("pointerdown", outside);
    return () => window.removeEventListener("pointerdown", outside);
  });

  const close = () => {
    setOpen(false);
    setTyped(null);
    setAt(0);
  };
  const choose = (next: TaskView) => {
    close();
    onChange(next);
  };
  /** Enter before the answer is there: ask, then take the first. */
  const chooseFirst = async () => {
    try {
      const page = await queries.fetchQuery(tasksQuery(api, query));
      const first = matching(page.items, query)[0];
      if (first) choose(first);
    } catch (error) {
      warn(errorText(error));
    }
  };
  const onEnter = () => {
    const chosen = options[current];
    if (open && chosen && settled === query) choose(chosen);
    else if (query) void chooseFirst();
    else setOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) setAt(moved(current, event.key === "ArrowDown" ? 1 : -1, options.length));
      setOpen(true);
    } else if (event.key === "Enter") {
      event.preventDefault();
      onEnter();
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div ref={around} className={classes.picker}>
      <label htmlFor={`${id}-task`}>{t("task.label")}</label>
      <div className={classes.field} data-failed={found.isError || undefined}>
        <input
          ref={input}
          id={`${id}-task`}
          data-testid="task-select"
          role="combobox"
          aria-expanded={open}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={open && options[current] ? `${id}-${current}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("task.placeholder")}
          value={typed ?? task?.title ?? ""}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => setOpen(true)}
          onBlur={(event) => {
            if (!around.current?.contains(event.relatedTarget)) close();
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
        {known ? (
          <button
            type="button"
            className={classes.star}
            data-testid="task-favourite"
            aria-pressed={known.favourite}
            aria-label={t("task.favourite")}
            title={t("task.favourite")}
            onClick={() => favourite(known, !known.favourite)}
          >
            <Icon name="star" size={19} fill={known.favourite ? "currentColor" : "none"} />
          </button>
        ) : null}
        <Icon name="chevron" size={18} className={classes.chevron} />
      </div>
      {open ? (
        <TaskList
          id={id}
          groups={query ? null : groups}
          options={options}
          current={current}
          query={query}
          loading={found.isFetching}
          failed={found.isError}
          onChoose={choose}
          onFavourite={favourite}
        />
      ) : null}
    </div>
  );
}
