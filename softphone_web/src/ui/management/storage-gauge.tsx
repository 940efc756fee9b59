/** How much room recordings take, and for how long they are kept. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { VoicemailStorage } from "../../api/types";
import { Icon } from "../shared/icons";
import { useLanguage, useServices } from "../shared/services";
import { storageQuery } from "./inbox-queries";
import classes from "./storage-gauge.module.css";

const GB = 1_000_000_000;

function useSize() {
  const language = useLanguage();
  return (bytes: number) => {
    const small = bytes < GB / 10;
    const number = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB", {
      maximumFractionDigits: small ? 1 : 2,
    }).format(bytes / (small ? 1_000_000 : GB));
    return `${number} ${small ? "MB" : "GB"}`;
  };
}

function Banner({ storage }: { storage: VoicemailStorage }) {
  const { t } = useTranslation();
  if (storage.room === "enough") return null;
  return (
    <p className={classes.banner} data-room={storage.room} role="status">
      <Icon name="alert" size={20} />
      {t(`manage.voicemails.storage.${storage.room}`, { percent: storage.percent })}
    </p>
  );
}

export function StorageGauge() {
  const { t } = useTranslation();
  const { api } = useServices();
  const size = useSize();
  const { data } = useQuery(storageQuery(api));
  if (!data) return <div className={classes.gauge} aria-hidden="true" />;
  const used = t("manage.voicemails.storage.used", {
    used: size(data.used_bytes),
    quota: size(data.quota_bytes),
    percent: data.percent,
  });
  const days = (count: number) =>
    count > 0
      ? t("manage.voicemails.storage.days", { count })
      : t("manage.voicemails.storage.ever");
  return (
    <>
      <Banner storage={data} />
      <div className={classes.gauge} data-testid="voicemail-storage" data-room={data.room}>
        <meter
          className={classes.meter}
          aria-label={t("manage.voicemails.storage.label")}
          min={0}
          max={100}
          value={Math.max(1, Math.min(100, data.percent))}
        />
        <span className="tabular">
          {used}, {t("manage.voicemails.storage.greetings", { size: size(data.greetings_bytes) })}
        </span>
        <small>
          {t("manage.voicemails.storage.kept", {
            done: days(data.keep_done_days),
            accepted: days(data.keep_accepted_days),
          })}
        </small>
      </div>
    </>
  );
}
