/** The tasks to choose from, in groups while nothing is typed. */
import { useTranslation } from "react-i18next";
import type { TaskView } from "../../api/types";
import { Icon } from "../shared/icons";
import type { TaskGroups } from "./task-order";
import classes from "./task-picker.module.css";

interface TaskListProps {
  id: string;
  /** Null: one list, as it was found. */
  groups: TaskGroups | null;
  options: readonly TaskView[];
  /** Index of the option that Enter takes. */
  current: number;
  query: string;
  loading: boolean;
  failed: boolean;
  onChoose: (task: TaskView) => void;
  onFavourite: (task: TaskView, on: boolean) => void;
}

function Option({ task, at, list }: { task: TaskView; at: number; list: TaskListProps }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and points here
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
    <div
      id={`${list.id}-${at}`}
      role="option"
      aria-selected={at === list.current}
      className={classes.option}
      ref={(element) => {
        if (element && at === list.current) element.scrollIntoView({ block: "nearest" });
      }}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => list.onChoose(task)}
    >
      <span className={classes.title}>{task.title}</span>
      <span className={classes.facts}>
        <span className="tabular">{task.external_id}</span>
        {task.customer ? <span>{task.customer}</span> : null}
        <span className={classes.area}>{task.own ? t("task.own") : t(`areas.${task.area}`)}</span>
      </span>
      {/* For the mouse; the keyboard has the star beside the field. */}
      <span
        className={classes.mark}
        data-on={task.favourite || undefined}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          list.onFavourite(task, !task.favourite);
        }}
      >
        <Icon name="star" size={18} fill={task.favourite ? "currentColor" : "none"} />
      </span>
    </div>
  );
}

export function TaskList(props: TaskListProps) {
  const { t } = useTranslation();
  const { id, groups, options, query, loading, failed } = props;
  const option = (task: TaskView) => (
    <Option key={task.external_id} task={task} at={options.indexOf(task)} list={props} />
  );
  const empty = loading ? t("common.loading") : query ? t("task.empty", { query }) : t("task.none");
  if (options.length === 0) {
    return (
      <p id={id} className={`${classes.dropdown} ${classes.empty}`} role="status">
        {failed ? t("task.failed") : empty}
      </p>
    );
  }
  return (
    <div id={id} role="listbox" className={classes.dropdown} aria-label={t("task.label")}>
      {groups
        ? (["favourites", "recent", "others"] as const).map((group) =>
            groups[group].length > 0 ? (
              // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
              <div key={group} role="group" aria-label={t(`task.groups.${group}`)}>
                <p className={classes.group} aria-hidden="true">
                  {t(`task.groups.${group}`)}
                </p>
                {groups[group].map(option)}
              </div>
            ) : null,
          )
        : options.map(option)}
    </div>
  );
}
