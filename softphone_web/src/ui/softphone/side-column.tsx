/** Beside the phone: the last calls, the team, or the note of the task. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../shared/segments";
import { usePhone } from "../shared/services";
import { useStore } from "../shared/use-store";
import { draft } from "./draft";
import { RecentCalls } from "./recent-calls";
import classes from "./side-column.module.css";

const TeamList = lazy(() => import("./team-list").then((module) => ({ default: module.TeamList })));
const TaskNote = lazy(() =>
  import("../desk/task-note").then((module) => ({ default: module.TaskNote })),
);

type Tab = "recent" | "team" | "note";

/** Of the task that is talked about, or else the chosen one. */
function Note() {
  const { t } = useTranslation();
  const { call } = usePhone();
  const { task } = useStore(draft);
  const id = call?.task ?? task?.external_id;
  return (
    <div className={classes.note}>
      {id ? <TaskNote key={id} task={id} /> : <p className={classes.hint}>{t("dial.needTask")}</p>}
    </div>
  );
}

const TABS = { recent: RecentCalls, team: TeamList, note: Note };

export function SideColumn() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("recent");
  const Content = TABS[tab];
  return (
    <div className={classes.column}>
      <div className={classes.tabs} data-testid="side-tabs">
        <Segments
          label={t("team.tabs")}
          value={tab}
          options={[
            { value: "recent", label: t("recent.title") },
            { value: "team", label: t("team.title") },
            { value: "note", label: t("team.note") },
          ]}
          onChange={setTab}
        />
      </div>
      <Suspense fallback={null}>
        <Content />
      </Suspense>
    </div>
  );
}
