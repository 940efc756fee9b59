/** What became of a message's mails, with the mail server's own words. */
import { useTranslation } from "react-i18next";
import type { MailView } from "../../api/types";
import { moment } from "../shared/format";
import { useLanguage } from "../shared/services";
import list from "./list.module.css";
import classes from "./mail-list.module.css";

const TONES = { waiting: "wait", accepted: "good", failed: "bad", bounced: "bad" } as const;

type NameOf = (email: string) => string;

function Mail({ mail, nameOf }: { mail: MailView; nameOf: NameOf }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const facts = [
    mail.kind === "message" ? null : t(`manage.voicemails.kinds.${mail.kind}`),
    t("manage.voicemails.attempts", { count: mail.attempts }),
    mail.state === "waiting" && mail.next_attempt_at
      ? t("manage.voicemails.next", { time: moment(mail.next_attempt_at, language) })
      : null,
    mail.forwarded_by ? t("manage.voicemails.by", { name: nameOf(mail.forwarded_by) }) : null,
  ];
  return (
    <li className={classes.mail}>
      <div className={classes.head}>
        <span>{mail.recipients.join(", ")}</span>
        <span className={list.badge} data-tone={TONES[mail.state]}>
          {t(`manage.voicemails.states.${mail.state}`)}
        </span>
        <small>{facts.filter(Boolean).join(" · ")}</small>
      </div>
      {mail.smtp_reply ? <code title={t("manage.voicemails.reply")}>{mail.smtp_reply}</code> : null}
    </li>
  );
}

export function MailList({ mails, nameOf }: { mails: readonly MailView[]; nameOf: NameOf }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.mails} aria-label={t("manage.voicemails.mails")}>
      {mails.map((mail) => (
        <Mail key={`${mail.message_id} ${mail.recipients.join()}`} mail={mail} nameOf={nameOf} />
      ))}
    </ul>
  );
}
