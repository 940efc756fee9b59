/** How much of the included phone time the task has used (15 minutes in each hour of work). */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PhoneShare } from "../../api/types";
import { clock } from "../shared/format";
import { shareQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import classes from "./share-gauge.module.css";
import { levelOf } from "./share-level";

function useWords(share: PhoneShare): string {
  const { t } = useTranslation();
  const phone = clock(share.phone_seconds);
  if (share.work_seconds === 0) return t("share.noWork", { phone });
  if (share.over) return t("share.over", { area: t(`areas.${share.suggested_area}`) });
  return t("share.of", { phone, included: clock(share.included_seconds) });
}

function Gauge({ share }: { share: PhoneShare }) {
  const { t } = useTranslation();
  const words = useWords(share);
  const filled = share.included_seconds > 0 ? share.phone_seconds / share.included_seconds : 0;
  return (
    <div className={classes.gauge} data-level={levelOf(share)} data-testid="phone-share">
      <div className={classes.bar}>
        <span className={classes.fill} style={{ width: `${Math.min(1, filled) * 100}%` }} />
      </div>
      <div className={classes.words}>
        <span>{t("share.label")}</span>
        <span className="tabular">{words}</span>
      </div>
    </div>
  );
}

export function ShareGauge({ task }: { task: string | null }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery({ ...shareQuery(api, task ?? ""), enabled: task !== null });
  if (task && data) return <Gauge share={data} />;
  return (
    <div className={classes.gauge}>
      <div className={classes.bar} />
      <div className={classes.words}>
        <span>{task ? t("share.label") : t("task.hint")}</span>
      </div>
    </div>
  );
}
