/** What must be looked at before callers use the number: what is done, by whom, and what is not. */
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { date, moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import list from "../list.module.css";
import { TestCallList } from "../test-call";
import { actionOf, changedOf, doneOf, isRunning, type Stand, standOf } from "./going-live";
import {
  confirmPoint,
  type GoingLive,
  goingLiveQuery,
  goLive,
  type Point,
  takePointBack,
  testNumber,
} from "./going-live-api";
import classes from "./going-live-card.module.css";
import { useRefreshNumbers } from "./numbers-api";

const ICONS = { done: "check", open: "clock", changed: "alert" } as const;
const TONES = { open: undefined, ready: "good", changed: "wait", live: "good" } as const;
/** The last ones; the older ones say nothing about now. */
const SHOWN_CALLS = 2;

export type Place = Point["place"];

/** What is done here answers with the whole list. */
function useChange<V>(
  e164: string,
  change: (value: V) => Promise<GoingLive>,
  then?: (view: GoingLive, value: V) => void,
) {
  const { api } = useServices();
  const queries = useQueryClient();
  const refresh = useRefreshNumbers();
  return useMutation({
    mutationFn: change,
    onSuccess: (view, value) => {
      queries.setQueryData(goingLiveQuery(api, e164).queryKey, view);
      then?.(view, value);
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
}

function useCheck(e164: string) {
  const { t } = useTranslation();
  const { api } = useServices();
  const now = (view: GoingLive, point: Point) =>
    view.points.find((each) => each.point === point.point) ?? point;
  const confirm = useChange(
    e164,
    (point: Point) => confirmPoint(api, e164, point),
    (view, point) => {
      const live = view.since !== null && view.complete;
      const said = live ? "manage.numbers.goingLive.nowLive" : "manage.numbers.goingLive.checked";
      tell(t(said, { point: point.text }), () => takeBack.mutate(now(view, point)));
    },
  );
  const takeBack = useChange(
    e164,
    (point: Point) => takePointBack(api, e164, point),
    (view, point) => {
      const said = t("manage.numbers.goingLive.takenBack", { point: point.text });
      tell(said, () => confirm.mutate(now(view, point)));
    },
  );
  return { confirm, takeBack };
}

interface PointProps {
  e164: string;
  view: GoingLive;
  point: Point;
  onGo: (place: Place) => void;
}

function Actions({ e164, view, point, onGo }: PointProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { confirm, takeBack } = useCheck(e164);
  const test = useChange(e164, () => testNumber(api, e164));
  const action = actionOf(point);
  const named = { point: point.text };
  return (
    <div className={classes.actions}>
      {action === "confirm" || action === "accept" ? (
        <Button
          size="compact-sm"
          variant={action === "confirm" ? "filled" : "light"}
          loading={confirm.isPending}
          data-testid={`point-${action}-${point.point}`}
          aria-label={t(`manage.numbers.goingLive.${action}For`, named)}
          onClick={() => confirm.mutate(point)}
        >
          {t(`manage.numbers.goingLive.${action}`)}
        </Button>
      ) : null}
      {action === "test" ? (
        <Button
          size="compact-sm"
          variant={point.state === "done" ? "light" : "filled"}
          loading={test.isPending || isRunning(view)}
          data-testid="test-number"
          onClick={() => test.mutate(undefined)}
        >
          {t("manage.addons.test.start")}
        </Button>
      ) : point.state === "done" ? null : (
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={t("manage.numbers.goingLive.changeFor", named)}
          onClick={() => onGo(point.place)}
        >
          {t("manage.numbers.goingLive.change")}
        </Button>
      )}
      {action === "take-back" ? (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={takeBack.isPending}
          data-testid={`point-take-back-${point.point}`}
          aria-label={t("manage.numbers.goingLive.takeBackFor", named)}
          onClick={() => takeBack.mutate(point)}
        >
          {t("manage.numbers.goingLive.takeBack")}
        </Button>
      ) : null}
    </div>
  );
}

function PointRow(props: PointProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { point, view } = props;
  const who = [point.by, point.at ? moment(point.at, language) : null].filter(Boolean).join(", ");
  const looked = point.state === "changed" ? "changedSince" : "by";
  const open = point.state !== "done";
  // Of a test call that counts the list below tells.
  const listed = point.point === "test-call" && !open;
  const hint = open || (point.value === "" && !who) ? point.hint : "";
  return (
    <li data-state={point.state} data-testid={`point-${point.point}`}>
      <Icon name={ICONS[point.state]} size={19} />
      <div className={classes.what}>
        <strong>
          {point.text}
          <span className="visually-hidden">
            {": "}
            {t(`manage.numbers.goingLive.states.${point.state}`)}
          </span>
        </strong>
        {point.value ? <span className={classes.value}>{point.value}</span> : null}
        {point.findings.length > 0 ? (
          point.findings.map((each) => (
            <span key={each} className={classes.finding}>
              {each}
            </span>
          ))
        ) : hint ? (
          <small>{hint}</small>
        ) : null}
        {point.audio && open ? (
          // biome-ignore lint/a11y/useMediaCaption: it is what callers hear
          <audio controls preload="none" src={point.audio} aria-label={point.value} />
        ) : null}
        {who && !listed ? (
          <small className="tabular">{t(`manage.numbers.goingLive.${looked}`, { who })}</small>
        ) : null}
        {point.point === "test-call" ? (
          <TestCallList calls={view.test_calls.slice(0, SHOWN_CALLS)} />
        ) : null}
      </div>
      <Actions {...props} />
    </li>
  );
}

function Told({ view, stand }: { view: GoingLive; stand: Stand }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const all = view.points.length;
  const progress = t("manage.numbers.goingLive.progress", { done: doneOf(view.points), all });
  const since = view.since
    ? t("manage.numbers.goingLive.since", {
        day: date(view.since, language),
        name: view.by ?? t("manage.numbers.history.system"),
      })
    : t("manage.numbers.goingLive.before");
  switch (stand) {
    case "open":
      return progress;
    case "ready":
      return t("manage.numbers.goingLive.ready");
    case "changed":
      return t("manage.numbers.goingLive.reopened", { points: changedOf(view.points).join(", ") });
    case "live":
      return since;
  }
}

function Record({ e164 }: { e164: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const record = useChange(
    e164,
    () => goLive(api, e164),
    () => tell(t("manage.numbers.goingLive.recorded")),
  );
  return (
    <p className={classes.record}>
      <Button loading={record.isPending} onClick={() => record.mutate(undefined)}>
        {t("manage.numbers.goingLive.record")}
      </Button>
    </p>
  );
}

interface CardProps {
  e164: string;
  /** Leads to where a point is changed. */
  onGo: (place: Place) => void;
}

function Card({ e164, view, onGo }: CardProps & { view: GoingLive }) {
  const { t } = useTranslation();
  const stand = standOf(view);
  // What is being worked on does not fold by itself when it is done.
  const [unfolded] = useState(stand === "open" || stand === "ready");
  return (
    <details
      className={`${list.card} ${classes.card}`}
      open={unfolded}
      data-testid="going-live"
      data-stand={stand}
    >
      <summary>
        <h3>{t("manage.numbers.goingLive.title")}</h3>
        <span className={list.badge} data-tone={TONES[stand]}>
          {t(`manage.numbers.goingLive.stands.${stand}`)}
        </span>
        <span className={classes.told}>
          <Told view={view} stand={stand} />
        </span>
        <span className={classes.chevron}>
          <Icon name="chevron" size={18} />
        </span>
      </summary>
      <p className={classes.intro}>{t("manage.numbers.goingLive.intro")}</p>
      {stand === "ready" ? <Record e164={e164} /> : null}
      <ol className={classes.points}>
        {view.points.map((point) => (
          <PointRow key={point.point} e164={e164} view={view} point={point} onGo={onGo} />
        ))}
      </ol>
    </details>
  );
}

export function GoingLiveCard(props: CardProps) {
  const { api } = useServices();
  const { data } = useQuery(goingLiveQuery(api, props.e164));
  return data ? <Card {...props} view={data} /> : null;
}
