/** The area of a task: one press changes it, and says what that means for the factor. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Area } from "../../../api/types";
import { date, decimal } from "../../shared/format";
import { shareQuery } from "../../shared/queries";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { AREAS } from "../areas";
import classes from "./tasks.module.css";
import { type BookedTask, factorsQuery, putTask, useTaskChange, wishOf } from "./tasks-api";

function useBook(task: BookedTask) {
  const { t } = useTranslation();
  const { api } = useServices();
  const book = useTaskChange(
    ({ area, undoable }: { area: Area; undoable: boolean }) =>
      putTask(api, task.external_id, { ...wishOf(task), area }, !undoable),
    (_, { area, undoable }) => {
      const undo = () => book.mutate({ area: task.area, undoable: false });
      const said = t("manage.tasks.area.changed", { task: task.title, area: t(`areas.${area}`) });
      tell(said, undoable ? undo : undefined);
    },
  );
  return book;
}

/** What the customer and the VPA get in an area today. */
function useFactorsToday() {
  const { api } = useServices();
  const language = useLanguage();
  const rows = useQuery(factorsQuery(api)).data?.items ?? [];
  const current = rows.find(({ state }) => state === "current");
  return (area: Area) => {
    const found = current?.areas.find((each) => each.area === area);
    return found
      ? { customer: decimal(found.customer, language), pay: decimal(found.pay, language) }
      : null;
  };
}

export function AreaChoice({ task }: { task: BookedTask }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const today = useFactorsToday();
  const book = useBook(task);
  const share = useQuery(shareQuery(api, task.external_id)).data;
  const frozen = task.factors_valid_from
    ? t("manage.tasks.area.frozen", {
        factor: decimal(task.factor ?? "", language),
        pay: decimal(task.pay_factor ?? "", language),
        day: date(task.factors_valid_from, language),
      })
    : t("manage.tasks.area.noTable");
  return (
    <fieldset className={classes.areas} data-testid="task-areas">
      <legend>{t("manage.tasks.area.title")}</legend>
      <div className={classes.areaList}>
        {AREAS.map((area) => {
          const factors = today(area);
          const chosen = area === task.area;
          const fits = share !== undefined && share.suggested_area === area && !chosen;
          return (
            <button
              key={area}
              type="button"
              className={classes.area}
              aria-pressed={chosen}
              data-testid={`area-${area}`}
              disabled={book.isPending}
              onClick={() => {
                if (!chosen) book.mutate({ area, undoable: true });
              }}
            >
              <strong>{t(`areas.${area}`)}</strong>
              <small className="tabular">
                {factors ? t("manage.tasks.area.factor", { factor: factors.customer }) : null}
              </small>
              {fits ? <em>{t("manage.tasks.area.fits")}</em> : null}
            </button>
          );
        })}
      </div>
      <p className="tabular">{frozen}</p>
    </fieldset>
  );
}
