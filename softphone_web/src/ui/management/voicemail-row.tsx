/** One message in the team's inbox: heard, taken, handed on. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { VoicemailView } from "../../api/types";
import { CareButtons, useCareLine } from "../desk/care-buttons";
import { MessagePlayButton, PlayerBar } from "../desk/player-bar";
import type { Player } from "../desk/use-player";
import buttons from "../shared/button.module.css";
import { clock, dayName, moment, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { hearInCache } from "../shared/live-cache";
import { usersQuery } from "../shared/queries";
import { useLanguage, usePhone, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { ForwardForm } from "./forward-form";
import list from "./list.module.css";
import { MailList } from "./mail-list";
import classes from "./voicemails-page.module.css";

const TONES = {
  waiting: "wait",
  accepted: "good",
  failed: "bad",
  bounced: "bad",
  silent: "quiet",
} as const;

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

export function callerOf(voicemail: VoicemailView, withheld: string): string {
  return voicemail.caller_national ?? voicemail.caller ?? withheld;
}

function Summary({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const reply = voicemail.mails.at(-1)?.smtp_reply;
  const reason = useReason(voicemail);
  const owner = useOwner(voicemail);
  const care = useCareLine(voicemail);
  const about = voicemail.state === "silent" ? reason : (care ?? owner);
  const facts = [voicemail.label, about];
  return (
    <>
      <span className={`${list.two} ${list.grow}`}>
        <strong className="tabular">{callerOf(voicemail, t("common.withheld"))}</strong>
        <small>{facts.filter(Boolean).join(" · ")}</small>
      </span>
      <span
        className={list.badge}
        data-tone={voicemail.care === "open" ? TONES[voicemail.state] : "quiet"}
        data-state={voicemail.state}
        title={reply || undefined}
      >
        {voicemail.care === "open" || voicemail.state === "bounced"
          ? t(`manage.voicemails.states.${voicemail.state}`)
          : t(`manage.voicemails.care.${voicemail.care}`)}
      </span>
      <span className={classes.when}>
        <span className="tabular">{time(voicemail.recorded_at, language)}</span>
        <small>{dayName(voicemail.recorded_at, new Date(), language, words)}</small>
      </span>
      <span className={`${classes.length} tabular`}>{clock(voicemail.duration_seconds)}</span>
    </>
  );
}

function Facts({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const kept = voicemail.removed
    ? t("manage.voicemails.removed")
    : voicemail.kept_until
      ? t("manage.voicemails.keptUntil", { at: moment(voicemail.kept_until, language) })
      : t("manage.voicemails.keptOn");
  const task = voicemail.task
    ? t("manage.voicemails.task", {
        task: [voicemail.task, voicemail.task_title].filter(Boolean).join(" "),
      })
    : null;
  return (
    <>
      <p className={classes.facts}>
        <span className="tabular">{voicemail.caller}</span>
        <span>
          {t("manage.voicemails.duration", {
            time: clock(voicemail.duration_seconds),
            speech: clock(voicemail.speech_seconds),
          })}
        </span>
        {task ? <span>{task}</span> : null}
        <span data-testid="voicemail-kept">{kept}</span>
      </p>
      {voicemail.transcript ? (
        <blockquote className={classes.transcript} data-testid="voicemail-transcript">
          {voicemail.transcript}
        </blockquote>
      ) : null}
    </>
  );
}

/** What only management may do with its mails. */
function MailButtons({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const { api, queries } = useServices();
  const silent = voicemail.state === "silent";
  const send = useMutation({
    mutationFn: () => (silent ? api.release(voicemail.id) : api.sendAgain(voicemail.id)),
    onSuccess: (next) => {
      hearInCache(queries, { type: "voicemail", voicemail: next });
      tell(t(`manage.voicemails.${silent ? "released" : "sentAgain"}`));
    },
    onError: (error) => warn(errorText(error)),
  });
  if (voicemail.removed || voicemail.state === "waiting") return null;
  return (
    <button
      type="button"
      className={buttons.secondary}
      data-testid={silent ? "message-release" : "message-send-again"}
      disabled={send.isPending}
      onClick={() => send.mutate()}
    >
      <Icon name="send" size={17} />
      {t(`manage.voicemails.${silent ? "release" : "sendAgain"}`)}
    </button>
  );
}

function Details({ voicemail, player }: { voicemail: VoicemailView; player: Player }) {
  const { t } = useTranslation();
  const reason = useReason(voicemail);
  const nameOf = useNameOf();
  return (
    <div className={classes.details}>
      {voicemail.removed ? null : <PlayerBar voicemail={voicemail} player={player} />}
      <Facts voicemail={voicemail} />
      <div className={classes.actions}>
        <CareButtons voicemail={voicemail} />
        <MailButtons voicemail={voicemail} />
      </div>
      {voicemail.mails.length > 0 ? (
        <MailList mails={voicemail.mails} nameOf={nameOf} />
      ) : (
        <p className={classes.facts}>
          {voicemail.detail || t("manage.voicemails.noMails", { reason })}
        </p>
      )}
      {/* Without a message there is nothing to forward; the server refuses it too. */}
      {voicemail.state === "silent" || voicemail.removed ? null : (
        <ForwardForm voicemail={voicemail} />
      )}
    </div>
  );
}

interface RowProps {
  voicemail: VoicemailView;
  player: Player;
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function VoicemailRow({ voicemail, player, open, onOpen }: RowProps) {
  const { t } = useTranslation();
  const { call } = usePhone();
  const id = `voicemail-${voicemail.id}`;
  const playing = player.id === voicemail.id && player.playing;
  return (
    <li
      className={classes.item}
      data-testid={`voicemail-row-${voicemail.id}`}
      data-state={voicemail.state}
      data-care={voicemail.care}
      data-open={open || undefined}
      data-playing={playing || undefined}
    >
      <div className={classes.head}>
        <MessagePlayButton
          voicemail={voicemail}
          player={player}
          name={callerOf(voicemail, t("common.withheld"))}
          className={classes.play ?? ""}
          size={20}
          disabled={call !== null || voicemail.removed}
          onPlay={() => onOpen(true)}
        />
        <button
          type="button"
          className={`${list.row} ${classes.summary}`}
          data-testid="voicemail-open"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => onOpen(!open)}
        >
          <Summary voicemail={voicemail} />
          <Icon name="chevron" size={18} className={classes.chevron ?? ""} />
        </button>
      </div>
      <div id={id}>{open ? <Details voicemail={voicemail} player={player} /> : null}</div>
    </li>
  );
}
