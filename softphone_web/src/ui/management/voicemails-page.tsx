/** Messages: play them, see whether their mail arrived, hand them to the right person. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VoicemailView } from "../../api/types";
import { clock, dayName, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { usersQuery, voicemailsQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { ForwardForm } from "./forward-form";
import list from "./list.module.css";
import { MailList } from "./mail-list";
import { Empty, ListCard, More } from "./parts";
import classes from "./voicemails-page.module.css";

const TONES = { waiting: "wait", accepted: "good", failed: "bad", silent: "quiet" } as const;

export function useNameOf(): (email: string) => string {
  const { api } = useServices();
  const { data } = useQuery(usersQuery(api));
  return (email) => data?.items.find((each) => each.email === email)?.name ?? email;
}

/** Why there was no mail, in a few words. */
function useReason(voicemail: VoicemailView): string {
  const { t, i18n } = useTranslation();
  const key = `manage.voicemails.reasons.${voicemail.reason}`;
  return i18n.exists(key)
    ? t(key as "manage.voicemails.reasons.silence")
    : (voicemail.detail ?? "");
}

/** Whose message it is: of the number's owner, or of whom it was handed to. */
function useOwner({ user, mails }: VoicemailView): string | null {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  if (!user) return null;
  const key = mails.some((mail) => mail.forwarded_by) ? "forwardedTo" : "forUser";
  return t(`manage.voicemails.${key}`, { name: nameOf(user) });
}

function Summary({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const reply = voicemail.mails.at(-1)?.smtp_reply;
  const reason = useReason(voicemail);
  const owner = useOwner(voicemail);
  const facts = [voicemail.label, voicemail.state === "silent" ? reason : owner];
  return (
    <>
      <span className={classes.sign} data-state={voicemail.state}>
        <Icon name="voicemail" size={20} />
      </span>
      <span className={`${list.two} ${list.grow}`}>
        <strong className="tabular">
          {voicemail.caller_national ?? voicemail.caller ?? t("common.withheld")}
        </strong>
        <small>{facts.filter(Boolean).join(" · ")}</small>
      </span>
      <span
        className={list.badge}
        data-tone={TONES[voicemail.state]}
        data-state={voicemail.state}
        title={reply || undefined}
      >
        {t(`manage.voicemails.states.${voicemail.state}`)}
      </span>
      <span className={classes.when}>
        <span className="tabular">{time(voicemail.recorded_at, language)}</span>
        <small>{dayName(voicemail.recorded_at, new Date(), language, words)}</small>
      </span>
      <span className={`${classes.length} tabular`}>{clock(voicemail.duration_seconds)}</span>
    </>
  );
}

function Details({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const reason = useReason(voicemail);
  const nameOf = useNameOf();
  return (
    <div className={classes.details}>
      {/* biome-ignore lint/a11y/useMediaCaption: there is no text of a message yet */}
      <audio controls preload="metadata" src={voicemail.audio} />
      <p className={classes.facts}>
        <span className="tabular">{voicemail.caller}</span>
        <span>
          {t("manage.voicemails.duration", {
            time: clock(voicemail.duration_seconds),
            speech: clock(voicemail.speech_seconds),
          })}
        </span>
      </p>
      {voicemail.mails.length > 0 ? (
        <MailList mails={voicemail.mails} nameOf={nameOf} />
      ) : (
        <p className={classes.facts}>
          {voicemail.detail || t("manage.voicemails.noMails", { reason })}
        </p>
      )}
      {/* Without a message there is nothing to forward; the server refuses it too. */}
      {voicemail.state === "silent" ? null : <ForwardForm voicemail={voicemail} />}
    </div>
  );
}

function Row({ voicemail }: { voicemail: VoicemailView }) {
  const [open, setOpen] = useState(false);
  const id = `voicemail-${voicemail.id}`;
  return (
    <li
      className={classes.item}
      data-testid={`voicemail-row-${voicemail.id}`}
      data-state={voicemail.state}
      data-open={open || undefined}
    >
      <button
        type="button"
        className={`${list.row} ${classes.summary}`}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Summary voicemail={voicemail} />
        <Icon name="chevron" size={18} className={classes.chevron ?? ""} />
      </button>
      <div id={id}>{open ? <Details voicemail={voicemail} /> : null}</div>
    </li>
  );
}

export function VoicemailsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const query = useInfiniteQuery(voicemailsQuery(api));
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = (
    <Empty
      icon="voicemail"
      title={t("manage.voicemails.empty")}
      hint={t("manage.voicemails.emptyHint")}
    />
  );
  return (
    <ListCard
      loading={query.isPending}
      error={query.data ? null : query.error}
      retry={() => void query.refetch()}
      empty={all.length === 0 ? empty : null}
    >
      <ul>
        {all.map((voicemail) => (
          <Row key={voicemail.id} voicemail={voicemail} />
        ))}
      </ul>
      <More query={query} />
    </ListCard>
  );
}
