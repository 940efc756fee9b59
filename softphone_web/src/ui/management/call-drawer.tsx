/** One call from its first to its last moment, in plain words. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Call, CallQuality as Measured, TimelineEntry } from "../../api/types";
import { mosTone, mosWord } from "../desk/mos";
import { useWords } from "../desk/words";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { clock, decimal, time } from "../shared/format";
import { callQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { outcomeKey } from "../softphone/outcome";
import { BlockButton } from "./block-button";
import classes from "./call-drawer.module.css";

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation();
  const facts: [string, string | null][] = [
    [t("manage.calls.outcome"), call.detail || t(`outcomes.${outcomeKey(call)}`)],
    [t("manage.calls.task"), call.task_title ?? call.task],
    [t("manage.calls.facts.did"), call.did ? `${call.label ?? ""} ${call.did}`.trim() : null],
    [t("manage.calls.facts.shown"), call.caller_id_printed],
    [
      t("manage.calls.facts.zone"),
      call.zone
        ? [call.country, t("dial.zone", { zone: call.zone })].filter(Boolean).join(" · ")
        : null,
    ],
    [t("manage.calls.facts.talk"), clock(call.talk_seconds)],
    [t("manage.calls.facts.platform"), clock(call.platform_seconds)],
    [t("manage.calls.facts.cause"), call.cause],
    [t("manage.calls.facts.id"), call.id],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Quality({ measured }: { measured: readonly Measured[] }) {
  const { t } = useTranslation();
  const w = useWords();
  const language = useLanguage();
  if (measured.length === 0) return null;
  const figure = (value: number) => decimal(value.toFixed(1), language);
  return (
    <>
      <h3 className={classes.heading}>{t("manage.calls.quality.title")}</h3>
      <ul className={classes.measured} data-testid="call-quality">
        {measured.map((each) => (
          <li key={each.user_name ?? ""} data-tone={mosTone(each.mos)}>
            <strong>
              {each.user_name}: {w(`mos.${mosWord(each.mos)}`)} ({figure(each.mos)})
            </strong>
            <span className="tabular">
              {[
                t("manage.calls.quality.worst", { mos: figure(each.worst_mos) }),
                t("manage.calls.quality.loss", { percent: figure(each.loss_percent) }),
                t("manage.calls.quality.jitter", { ms: Math.round(each.jitter_ms) }),
                each.rtt_ms === null
                  ? null
                  : t("manage.calls.quality.rtt", { ms: Math.round(each.rtt_ms) }),
                each.relay ? t("manage.calls.quality.relay") : null,
                each.rejoins > 0
                  ? t("manage.calls.quality.rejoins", { count: each.rejoins })
                  : null,
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <h3 className={classes.heading}>{t("manage.calls.timeline")}</h3>
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <li key={`${entry.at} ${entry.kind} ${entry.text}`} data-kind={entry.kind}>
            <time className="tabular" dateTime={entry.at}>
              {time(entry.at, language, true)}
            </time>
            <span>{entry.text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

export function CallDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(callQuery(api, id));
  const title = data
    ? (data.call.national ?? data.call.number ?? t("common.withheld"))
    : t("common.loading");
  return (
    <Dialog title={title} side onClose={onClose}>
      {error ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? (
        <div data-testid="call-timeline">
          <Facts call={data.call} />
          <BlockButton call={data.call} party={title} className={buttons.quiet ?? ""} named />
          <Quality measured={data.quality ?? []} />
          <Timeline entries={data.timeline} />
        </div>
      ) : null}
    </Dialog>
  );
}
