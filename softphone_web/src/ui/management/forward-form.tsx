import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { VoicemailView } from "../../api/types";
import { Icon } from "../shared/icons";
import { hearInCache } from "../shared/live-cache";
import { tasksQuery, usersQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import classes from "./forward-form.module.css";

/** Sends the message by mail to one of us, with a few words. */
export function ForwardForm({ voicemail }: { voicemail: VoicemailView }) {
  const { t } = useTranslation();
  const { api, queries } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [task, setTask] = useState(voicemail.task ?? "");
  const tasks = useQuery(tasksQuery(api, "")).data?.items ?? [];
  const forward = useMutation({
    mutationFn: () => api.forward(voicemail.id, { to, note: note.trim(), task }),
    onSuccess: (next) => {
      hearInCache(queries, { type: "voicemail", voicemail: next });
      const name = users.find((each) => each.email === to)?.name ?? to;
      tell(t("manage.voicemails.forwarded", { name }));
      setTo("");
      setNote("");
    },
    onError: (error) => warn(errorText(error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to) forward.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <NativeSelect
        className={classes.to ?? ""}
        data-testid="forward-to"
        label={t("manage.voicemails.forward")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: "", label: t("manage.voicemails.choose") },
          ...users.map((each) => ({ value: each.email, label: each.name })),
        ]}
      />
      <NativeSelect
        className={classes.to ?? ""}
        data-testid="forward-task"
        label={t("manage.voicemails.forwardTask")}
        value={task}
        onChange={(event) => setTask(event.currentTarget.value)}
        data={[
          { value: "", label: t("manage.voicemails.noTask") },
          ...tasks.map((each) => ({ value: each.external_id, label: each.title })),
        ]}
      />
      <TextInput
        className={classes.note ?? ""}
        data-testid="forward-note"
        label={t("manage.voicemails.note")}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button
        type="submit"
        data-testid="forward-submit"
        disabled={!to}
        loading={forward.isPending}
        leftSection={<Icon name="send" size={17} />}
      >
        {t("manage.voicemails.submit")}
      </Button>
    </form>
  );
}
