/** Says during the call that the booked factor does not fit, and what to do about it. */
import { useTranslation } from "react-i18next";
import { clock } from "../../shared/format";
import { Icon } from "../../shared/icons";
import type { FactorWarning } from "../use-factor-warning";
import classes from "./notices.module.css";

export function FactorNotice({ warning }: { warning: FactorWarning }) {
  const { t } = useTranslation();
  const { share, busy } = warning;
  const area = t(`areas.${warning.area}`);
  return (
    <div
      className={classes.factor}
      role="alert"
      data-testid="factor-warning"
      data-mismatch={share.mismatch}
    >
      <span>
        <strong>
          {share.mismatch === "zone"
            ? t("factor.zone", { booked: t(`areas.${share.booked_area}`) })
            : t("factor.share", { included: clock(share.included_seconds) })}
        </strong>{" "}
        {t("factor.help", { area })}
      </span>
      <button
        type="button"
        data-testid="factor-inform"
        disabled={busy}
        onClick={() => warning.inform()}
      >
        {t("factor.inform", { area })}
      </button>
      <button
        type="button"
        className={classes.close}
        aria-label={t("factor.later")}
        title={t("factor.later")}
        onClick={() => warning.close()}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
