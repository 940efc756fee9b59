/** Somebody new: their account is made, and a link mailed with which they choose a password. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Me } from "../../../api/types";
import { troubleOf } from "../../../phone/phone";
import { SelectField, TextField } from "../../desk/fields";
import buttons from "../../shared/button.module.css";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import classes from "./people.module.css";
import { useRefreshPeople } from "./people-queries";
import { givable, type Role } from "./roles";

interface InviteProps {
  /** Of who invites. */
  role: Me["role"];
  onClose: () => void;
}

export function InviteDialog({ role, onClose }: InviteProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const [wish, setWish] = useState({
    email: "",
    name: "",
    role: "vpa" as Role,
    language: useLanguage() as Language,
    position: "",
  });
  const invite = useMutation({
    mutationFn: () => api.invite(wish),
    onSuccess: (person) => {
      refresh(person);
      tell(t("manage.people.inviting.done", { name: person.name }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  const put = (part: Partial<typeof wish>) => setWish({ ...wish, ...part });
  return (
    <Dialog title={t("manage.people.inviting.title")} onClose={onClose}>
      <form className={classes.form} onSubmit={submit} data-testid="invite-dialog">
        <p className={classes.hint}>{t("manage.people.inviting.intro")}</p>
        <TextField
          label={t("manage.people.name")}
          testId="invite-name"
          required
          maxLength={100}
          value={wish.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <TextField
          label={t("manage.people.email")}
          testId="invite-email"
          type="email"
          required
          maxLength={254}
          value={wish.email}
          onChange={(event) => put({ email: event.currentTarget.value })}
        />
        <div className={classes.pair}>
          <SelectField
            label={t("manage.people.role")}
            testId="invite-role"
            value={wish.role}
            onChange={(value) => put({ role: value as Role })}
            options={givable(role).map((each) => ({ value: each, label: t(`roles.${each}`) }))}
          />
          <SelectField
            label={t("manage.people.language")}
            testId="invite-language"
            value={wish.language}
            onChange={(value) => put({ language: value as Language })}
            options={(["de", "en"] as const).map((each) => ({
              value: each,
              label: t(`manage.people.languages.${each}`),
            }))}
          />
        </div>
        <TextField
          label={t("manage.people.position")}
          testId="invite-position"
          maxLength={200}
          value={wish.position}
          onChange={(event) => put({ position: event.currentTarget.value })}
        />
        {invite.error ? (
          <ErrorBox errorId={troubleOf(invite.error).errorId}>{errorText(invite.error)}</ErrorBox>
        ) : null}
        <div className={classes.end}>
          <button
            type="submit"
            className={buttons.primary}
            data-testid="invite-submit"
            disabled={invite.isPending}
          >
            <Icon name="send" size={17} />
            {t("manage.people.inviting.submit")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
