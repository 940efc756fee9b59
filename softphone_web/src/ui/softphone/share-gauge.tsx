/** How much of the included phone time the task has used (15 minutes in each hour of work). */
import { useTranslation } from "react-i18next";
import type { PhoneShare } from "../../api/types";
import classes from "./share-gauge.module.css";
import { levelOf } from "./share-level";
import { useFactorWarning } from "./use-factor-warning";
import { useShare } from "./use-share";
import { useShareFigures, useShareForecast } from "./use-share-words";

/** What was not done during the call can be done after it. */
function Inform({ task }: { task: string }) {
  const { t } = useTranslation();
  const warning = useFactorWarning(task, true);
  if (!warning) return null;
  return (
    <button
      type="button"
      className={classes.inform}
      data-testid="factor-inform-later"
      disabled={warning.busy}
      onClick={() => warning.inform()}
    >
      {t("factor.inform", { area: t(`areas.${warning.area}`) })}
    </button>
  );
}

function Gauge({ share, task }: { share: PhoneShare; task: string }) {
  const { t } = useTranslation();
  const figures = useShareFigures();
  const forecast = useShareForecast();
  const filled = share.included_seconds > 0 ? share.phone_seconds / share.included_seconds : 0;
  const words = forecast(share, false);
  return (
    <div className={classes.gauge} data-level={levelOf(share)} data-testid="phone-share">
      <div className={classes.bar}>
        <span className={classes.fill} style={{ width: `${Math.min(1, filled) * 100}%` }} />
      </div>
      <div className={classes.words}>
        <span className={words ? classes.forecast : undefined} role="status">
          {words || t("share.label")}
        </span>
        <span className="tabular">{figures(share)}</span>
      </div>
      <Inform task={task} />
    </div>
  );
}

export function ShareGauge({ task }: { task: string | null }) {
  const { t } = useTranslation();
  const share = useShare(task);
  if (share && task) return <Gauge share={share} task={task} />;
  return (
    <div className={classes.gauge}>
      <div className={classes.bar} />
      <div className={classes.words}>
        <span>{task ? t("share.label") : t("task.hint")}</span>
      </div>
    </div>
  );
}
