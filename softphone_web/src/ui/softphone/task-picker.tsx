/** The task that the next call belongs to: found by title, customer or id. */
import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskView } from "../../api/types";
import { Icon } from "../shared/icons";
import { tasksQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { useDebounced } from "../shared/use-debounced";
import classes from "./task-picker.module.css";
import { matching } from "./task-search";

interface TaskPickerProps {
  task: TaskView | null;
  onChange: (task: TaskView | null) => void;
}

function TaskOption({ task }: { task: TaskView }) {
  const { t } = useTranslation();
  return (
    <Combobox.Option value={task.external_id} className={classes.option}>
      <span className={classes.title}>{task.title}</span>
      <span className={classes.facts}>
        <span className="tabular">{task.external_id}</span>
        {task.customer ? <span>{task.customer}</span> : null}
        <span className={classes.area}>{task.own ? t("task.own") : t(`areas.${task.area}`)}</span>
      </span>
    </Combobox.Option>
  );
}

export function TaskPicker({ task, onChange }: TaskPickerProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const query = (typed ?? "").trim();
  const settled = useDebounced(query, 150);
  const found = useQuery({ ...tasksQuery(api, settled), placeholderData: keepPreviousData });
  const options = matching(found.data?.items ?? [], query);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first option is chosen anew for each list
  useEffect(() => {
    if (combobox.dropdownOpened) combobox.selectFirstOption();
  }, [query, options.length, combobox.dropdownOpened]);

  const choose = (next: TaskView) => {
    onChange(next);
    setTyped(null);
    combobox.closeDropdown();
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
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    if (combobox.dropdownOpened && options.length > 0) return;
    event.preventDefault();
    if (query) void chooseFirst();
    else combobox.openDropdown();
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const next = options.find((each) => each.external_id === id);
        if (next) choose(next);
      }}
      offset={6}
      withinPortal={false}
      classNames={{ dropdown: classes.dropdown ?? "" }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={input}
          data-testid="task-select"
          label={t("task.label")}
          size="md"
          placeholder={t("task.placeholder")}
          value={typed ?? task?.title ?? ""}
          error={found.isError ? t("task.failed") : undefined}
          rightSection={<Icon name="chevron" size={18} className={classes.chevron ?? ""} />}
          rightSectionPointerEvents="none"
          onFocus={(event) => {
            event.currentTarget.select();
            combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            setTyped(null);
            combobox.closeDropdown();
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onKeyDown={onKeyDown}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options className={classes.options} aria-label={t("task.label")}>
          {options.map((each) => (
            <TaskOption key={each.external_id} task={each} />
          ))}
          {options.length === 0 ? (
            <Combobox.Empty>
              {found.isFetching
                ? t("common.loading")
                : query
                  ? t("task.empty", { query })
                  : t("task.none")}
            </Combobox.Empty>
          ) : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
