/** Who had the number and what was changed on it, with the ways back. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import classes from "./number-page.module.css";
import {
  type Change,
  type NumberDetail,
  type NumberOwner,
  undoNumber,
  useRefreshNumbers,
} from "./numbers-api";
import { ownerName } from "./owner";

function Owners({ owners }: { owners: readonly NumberOwner[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (owners.length === 0)
    return <p className={classes.hint}>{t("manage.numbers.history.none")}</p>;
  return (
    <ol className={classes.history} data-testid="number-history">
      {owners.map((owner) => {
        const since = moment(owner.since, language);
        const until = owner.until ? moment(owner.until, language) : "";
        const by = owner.by_name
          ? t("manage.numbers.history.by", { name: owner.by_name })
          : t("manage.numbers.history.system");
        return (
          <li key={owner.since} data-user={owner.user ?? ""}>
            <strong>{ownerName(t, owner)}</strong>
            <small className="tabular">
              {t(owner.until ? "manage.numbers.history.span" : "manage.numbers.history.since", {
                since,
                until,
              })}
              {" · "}
              {by}
            </small>
          </li>
        );
      })}
    </ol>
  );
}

const FIELDS = [
  "label",
  "ring_seconds",
  "language",
  "greeting",
  "recipients",
  "cc",
  "show_as_caller_id",
  "state",
  "street",
  "postcode",
  "city",
  "address_country",
  "trunk",
  "cool_down_days",
  "cool_down",
  "groups",
] as const;

/** What was done, in words; hand-overs stand in the other list. */
function told(t: TFunction, change: Change): string | null {
  switch (change.action) {
    case "number.added":
      return t("manage.numbers.history.actions.added");
    case "number.planned":
      return t("manage.numbers.history.actions.planned");
    case "number.unplanned":
      return t("manage.numbers.history.actions.unplanned");
    case "number.plan-failed":
      return t("manage.numbers.history.actions.failed");
    case "number.changed": {
      const after = change.after ?? {};
      const fields = FIELDS.filter((name) => name in after)
        .map((name) => t(`manage.numbers.history.fields.${name}`))
        .join(", ");
      return t("manage.numbers.history.actions.changed", { fields });
    }
    case "number.checked":
    case "number.unchecked": {
      const points = change.fields.map((field) => field.after ?? field.before).join(", ");
      return `${change.title}: ${points}`;
    }
    case "number.live":
    case "number.live-undone":
      return change.title;
    default:
      return null;
  }
}

function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const lines = changes
    .map((change) => ({ change, text: told(t, change) }))
    .filter(({ text }) => text !== null);
  if (lines.length === 0) {
    return <p className={classes.hint}>{t("manage.numbers.history.noChanges")}</p>;
  }
  return (
    <ol className={classes.history} data-testid="number-changes">
      {lines.map(({ change, text }) => (
        <li key={change.id}>
          <span>{text}</span>
          <small className="tabular">
            {moment(change.at, language)}
            {" · "}
            {change.by_name
              ? t("manage.numbers.history.by", { name: change.by_name })
              : t("manage.numbers.history.system")}
          </small>
        </li>
      ))}
    </ol>
  );
}

export function HistoryCard({ detail }: { detail: NumberDetail }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshNumbers();
  const undo = useMutation({
    mutationFn: (change: string) => undoNumber(api, detail.number.e164, change),
    onSuccess: (number) => tell(t("manage.numbers.history.undone", { number: number.national })),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const back = (change: string | null, key: "undoAssignment" | "undoSettings") =>
    change ? (
      <Button
        variant="light"
        size="sm"
        loading={undo.isPending}
        data-testid={key === "undoAssignment" ? "undo-assignment" : "undo-settings"}
        onClick={() => undo.mutate(change)}
      >
        {t(`manage.numbers.history.${key}`)}
      </Button>
    ) : null;
  return (
    <div className={classes.form}>
      <header className={classes.cardHead}>
        <h3>{t("manage.numbers.history.owners")}</h3>
        {back(detail.undo_assignment, "undoAssignment")}
      </header>
      <Owners owners={detail.history} />
      <header className={classes.cardHead}>
        <h3>{t("manage.numbers.history.changes")}</h3>
        {back(detail.undo_settings, "undoSettings")}
      </header>
      <Changes changes={detail.changes} />
    </div>
  );
}
