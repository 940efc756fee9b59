/** Beside the phone: the last calls, or the team. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../shared/segments";
import { RecentCalls } from "./recent-calls";
import classes from "./side-column.module.css";

const TeamList = lazy(() => import("./team-list").then((module) => ({ default: module.TeamList })));

type Tab = "recent" | "team";

export function SideColumn() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("recent");
  return (
    <div className={classes.column}>
      <div className={classes.tabs} data-testid="side-tabs">
        <Segments
          label={t("team.tabs")}
          value={tab}
          options={[
            { value: "recent", label: t("recent.title") },
            { value: "team", label: t("team.title") },
          ]}
          onChange={setTab}
        />
      </div>
      {tab === "recent" ? (
        <RecentCalls />
      ) : (
        <Suspense fallback={null}>
          <TeamList />
        </Suspense>
      )}
    </div>
  );
}
