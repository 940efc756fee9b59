/** Calls by weekday and hour: a table whose cells are the darker the more calls there were. */
import { useTranslation } from "react-i18next";
import type { Sums } from "../../api/types";
import classes from "./charts.module.css";
import list from "./list.module.css";
import { hoursOfWeek, WEEKDAYS } from "./statistics";

export function HeatMap({ items, label }: { items: readonly Sums[]; label: string }) {
  const { t } = useTranslation();
  const { hours, cells } = hoursOfWeek(items);
  const top = Math.max(1, ...cells.map(({ calls }) => calls));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
    <section className={list.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.heat} data-testid="heat-map">
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{t(`manage.statistics.weekdays.${weekday}`)}</th>
              {cells
                .filter((cell) => cell.weekday === weekday)
                .map(({ hour, calls }) => (
                  <td
                    key={hour}
                    className="tabular"
                    data-strong={calls / top > 0.55 || undefined}
                    style={{ "--heat": `${Math.round((calls / top) * 100)}%` } as object}
                  >
                    {calls || ""}
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
