/** Adds or changes a contact. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Contact } from "../../api/types";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Icon } from "../shared/icons";
import { countriesQuery, tasksQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText } from "../shared/trouble";
import { draft as nextCall } from "../softphone/draft";
import classes from "./contact-dialog.module.css";
import { type ContactDraft, draftOf, tidied, troublesOf } from "./contact-form";
import { AreaField, SelectField, SwitchField, TextField } from "./fields";
import { useDeleteContact, useRefreshContacts } from "./use-contacts";
import { useWords } from "./words";

interface ContactDialogProps {
  /** The contact that is changed; else a new one is added. */
  contact?: Contact | undefined;
  /** What is known of a new one. */
  start?: Partial<Contact> | undefined;
  onClose: () => void;
}

function useSave(contact: Contact | undefined, onClose: () => void) {
  const w = useWords();
  const { api } = useServices();
  const refresh = useRefreshContacts();
  return useMutation({
    mutationFn: (draft: ContactDraft) =>
      contact ? api.putContact(contact.id, tidied(draft)) : api.addContact(tidied(draft)),
    onSuccess: ({ name }) => {
      refresh();
      tell(w(contact ? "contacts.saved" : "contacts.added", { name }));
      onClose();
    },
  });
}

interface FormFieldsProps {
  draft: ContactDraft;
  wrong: ReturnType<typeof troublesOf>;
  set: (part: Partial<ContactDraft>) => void;
}

function NumberFields({ draft, wrong, set }: FormFieldsProps) {
  const w = useWords();
  const { api } = useServices();
  const countries = useQuery(countriesQuery(api)).data?.items ?? [];
  return (
    <div className={classes.two}>
      <SelectField
        label={w("contacts.form.country")}
        testId="contact-country"
        value={draft.country}
        onChange={(country) => set({ country })}
        options={countries.map(({ code, name, calling_code }) => ({
          value: code,
          label: `+${calling_code} ${name}`,
        }))}
      />
      <TextField
        label={w("contacts.form.number")}
        testId="contact-number"
        type="tel"
        inputMode="tel"
        maxLength={100}
        hint={w("contacts.form.numberHint")}
        wrong={wrong.number ? w(`contacts.form.${wrong.number}`) : undefined}
        value={draft.number}
        onChange={(event) => set({ number: event.currentTarget.value })}
      />
    </div>
  );
}

function FormFields({ draft, wrong, set }: FormFieldsProps) {
  const w = useWords();
  const { api } = useServices();
  const tasks = useQuery(tasksQuery(api, "")).data?.items ?? [];
  return (
    <>
      <TextField
        label={w("contacts.form.name")}
        testId="contact-name"
        autoFocus={draft.name === ""}
        maxLength={200}
        wrong={wrong.name ? w(`contacts.form.${wrong.name}`) : undefined}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NumberFields draft={draft} wrong={wrong} set={set} />
      <div className={`${classes.two} ${classes.half}`}>
        <TextField
          label={w("contacts.form.company")}
          testId="contact-company"
          maxLength={200}
          value={draft.company}
          onChange={(event) => set({ company: event.currentTarget.value })}
        />
        <TextField
          label={w("contacts.form.email")}
          testId="contact-email"
          type="email"
          maxLength={254}
          wrong={wrong.email ? w(`contacts.form.${wrong.email}`) : undefined}
          value={draft.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
      </div>
      <SelectField
        label={w("contacts.form.task")}
        testId="contact-task"
        hint={w("contacts.form.taskHint")}
        value={draft.task}
        onChange={(task) => set({ task })}
        options={[
          { value: "", label: w("contacts.form.noTask") },
          ...tasks.map(({ external_id, title }) => ({ value: external_id, label: title })),
        ]}
      />
      <AreaField
        label={w("contacts.form.note")}
        testId="contact-note"
        rows={2}
        maxLength={4000}
        value={draft.note}
        onChange={(event) => set({ note: event.currentTarget.value })}
      />
    </>
  );
}

export function ContactDialog({ contact, start, onClose }: ContactDialogProps) {
  const w = useWords();
  const [draft, setDraft] = useState(() =>
    draftOf(contact ?? start ?? {}, contact ? "DE" : nextCall.snapshot().country),
  );
  const [tried, setTried] = useState(false);
  const remove = useDeleteContact();
  const save = useSave(contact, onClose);
  const wrong = troublesOf(draft);
  const set = (part: Partial<ContactDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setTried(true);
    if (Object.keys(wrong).length === 0 && !save.isPending) save.mutate(draft);
  };
  const title = w(contact ? "contacts.form.editTitle" : "contacts.form.addTitle");
  return (
    <Dialog title={title} onClose={onClose}>
      <form className={classes.form} data-testid="contact-form" noValidate onSubmit={submit}>
        <FormFields draft={draft} wrong={tried ? wrong : {}} set={set} />
        <div className={classes.share}>
          <SwitchField
            label={w("contacts.form.shared")}
            hint={w("contacts.form.sharedHint")}
            testId="contact-public"
            checked={draft.public}
            onChange={(shared) => set({ public: shared })}
          />
        </div>
        {save.error ? (
          <ErrorBox errorId={troubleOf(save.error).errorId}>{errorText(save.error)}</ErrorBox>
        ) : null}
        <div className={classes.end}>
          {contact ? (
            <button
              type="button"
              className={classes.delete}
              data-testid="contact-delete"
              onClick={() => {
                onClose();
                void remove(contact);
              }}
            >
              <Icon name="trash" size={18} />
              {w("contacts.form.delete")}
            </button>
          ) : null}
          <button
            type="submit"
            className={buttons.primary}
            data-testid="contact-save"
            disabled={save.isPending}
          >
            {w("contacts.form.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
