/** What became of the mails about an account: invitation, new password. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Person } from "../../../api/types";
import buttons from "../../shared/button.module.css";
import { moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import list from "../list.module.css";
import classes from "./people.module.css";
import { useRefreshPeople } from "./people-queries";

const TONES = { waiting: "wait", accepted: "good", failed: "bad", bounced: "bad" } as const;

function Newest({ person }: { person: Person }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { mail } = person;
  if (!mail) return <p className={classes.hint}>{t("manage.people.mail.none")}</p>;
  const kind = mail.kind === "invitation" ? "invitation" : "password-reset";
  const over = person.link_until !== null && new Date(person.link_until) < new Date();
  return (
    <div className={classes.mail}>
      <span>
        {t(`manage.people.mail.${kind}`, { time: moment(mail.sent_at, language) })}
        <span
          className={list.badge}
          data-tone={TONES[mail.state]}
          data-testid="mail-state"
          data-state={mail.state}
        >
          {t(`manage.people.mail.${mail.state}`)}
        </span>
      </span>
      {person.state === "invited" && person.link_until ? (
        <small>
          {over
            ? t("manage.people.mail.over")
            : t("manage.people.mail.until", { time: moment(person.link_until, language) })}
        </small>
      ) : null}
      {mail.smtp_reply ? (
        <small data-testid="smtp-reply">
          {t("manage.people.mail.reply")}: <code>{mail.smtp_reply}</code>
        </small>
      ) : null}
    </div>
  );
}

export function Mails({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const invited = person.state === "invited";
  const send = useMutation({
    mutationFn: () => (invited ? api.inviteAgain(person.id) : api.resetPerson(person.id)),
    onSuccess: (next) => {
      refresh(next);
      tell(t("manage.people.mail.sent", { email: next.email }));
    },
    onError: (error) => warn(errorText(error)),
  });
  return (
    <section className={classes.card} aria-label={t("manage.people.mail.title")}>
      <h2>{t("manage.people.mail.title")}</h2>
      <Newest person={person} />
      {person.editable && person.state !== "left" ? (
        <div className={classes.end}>
          <p className={classes.hint}>
            {t(invited ? "manage.people.mail.againHint" : "manage.people.mail.resetHint")}
          </p>
          <button
            type="button"
            className={buttons.secondary}
            data-testid="send-link"
            disabled={send.isPending}
            onClick={() => send.mutate()}
          >
            <Icon name="send" size={17} />
            {t(invited ? "manage.people.mail.again" : "manage.people.mail.reset")}
          </button>
        </div>
      ) : null}
    </section>
  );
}
