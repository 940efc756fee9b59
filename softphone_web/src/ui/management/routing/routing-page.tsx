/** Opening hours and absences: what the steps of numbers name, and the steps themselves. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { Segments } from "../../shared/segments";
import { useMe, useServices } from "../../shared/services";
import { Absences } from "./absences";
import { Callers } from "./callers";
import { Groups } from "./groups";
import { choicesQuery, listQuery, type Problem } from "./queries";
import { RoutePanel } from "./route-panel";
import classes from "./routing.module.css";
import { Schedules } from "./schedules";

const TABS = ["steps", "hours", "groups", "absences", "callers"] as const;
type Tab = (typeof TABS)[number];

/** The steps of a number that is chosen here. */
function NumberSteps() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [chosen, setChosen] = useState("");
  const choices = useQuery(choicesQuery(api));
  const problems = useQuery(listQuery<Problem>(api, "problems"));
  const numbers = choices.data?.numbers ?? [];
  const e164 = chosen || numbers[0]?.id;
  const ill = new Set(problems.data?.items.map((problem) => problem.e164));
  ill.delete(e164 ?? "");
  return (
    <>
      <NativeSelect
        className={classes.tabs ?? ""}
        label={t("manage.routing.number")}
        data-testid="route-number"
        value={e164 ?? ""}
        data={numbers.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {ill.size > 0 ? (
        <p className={`${classes.problem} ${classes.tabs}`}>
          <Icon name="alert" size={16} />
          {t("manage.routing.others", {
            numbers: numbers
              .filter(({ id }) => ill.has(id))
              .map(({ name }) => name)
              .join(", "),
          })}
        </p>
      ) : null}
      {e164 ? <RoutePanel e164={e164} /> : null}
    </>
  );
}

export function RoutingPage() {
  const { t } = useTranslation();
  const calls = useMe().rights.includes("calls");
  const [tab, setTab] = useState<Tab>("steps");
  const shown = TABS.filter((each) => each !== "callers" || calls);
  return (
    <>
      <div className={classes.tabs}>
        <Segments
          label={t("manage.routing.title")}
          value={tab}
          options={shown.map((value) => ({ value, label: t(`manage.routing.tab.${value}`) }))}
          onChange={setTab}
        />
      </div>
      {tab === "steps" ? <NumberSteps /> : null}
      {tab === "hours" ? <Schedules /> : null}
      {tab === "groups" ? <Groups /> : null}
      {tab === "absences" ? <Absences /> : null}
      {tab === "callers" ? <Callers /> : null}
    </>
  );
}
