/** What belongs to the choice: number, country, recording or text; and how to reach the customer. */
import { AreaField, SelectField, TextField } from "../ui/desk/fields";
import { e164Of } from "../ui/shared/e164";
import { dayKey } from "../ui/shared/format";
import classes from "./booking.module.css";
import type { BookingApi } from "./booking-api";
import { type AddonForm, countries, type Draft, type Field, isSpoken } from "./draft";
import { GreetingUpload } from "./greeting-upload";
import { fill, useSpeech } from "./words";

export interface PartProps {
  api: BookingApi;
  form: AddonForm;
  draft: Draft;
  /** What is wrong with a field, once it has been tried to send. */
  wrong: (field: Field) => string | undefined;
  onChange: (part: Partial<Draft>) => void;
}

export function GreetingDetails({ api, form, draft, wrong, onChange }: PartProps) {
  const { words } = useSpeech();
  if (draft.greeting === "supplied") {
    return (
      <GreetingUpload
        api={api}
        form={form}
        recording={draft.recording}
        wrong={wrong("upload")}
        onChange={(recording) => onChange({ recording })}
      />
    );
  }
  if (!isSpoken(draft.greeting)) return null;
  return (
    <AreaField
      label={words.text}
      hint={words.textHint}
      wrong={wrong("text")}
      data-field="text"
      testId="booking-text"
      rows={4}
      maxLength={4000}
      value={draft.text}
      onChange={(event) => onChange({ text: event.currentTarget.value })}
    />
  );
}

function Place({ draft, wrong, onChange }: PartProps) {
  const { language, words } = useSpeech();
  const read = e164Of(draft.number);
  if (draft.option === "own-number") {
    return (
      <TextField
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        label={words.number}
        hint={read ? fill(words.numberRead, { number: read }) : words.numberHint}
        wrong={wrong("number")}
        data-field="number"
        testId="booking-number"
        maxLength={40}
        value={draft.number}
        onChange={(event) => onChange({ number: event.currentTarget.value })}
      />
    );
  }
  if (draft.option !== "country-number") return null;
  return (
    <div data-field="country">
      <SelectField
        label={words.country}
        wrong={wrong("country")}
        testId="booking-country"
        value={draft.country}
        options={[{ value: "", label: words.choose }, ...countries(language)]}
        onChange={(country) => onChange({ country })}
      />
    </div>
  );
}

export function Details(props: PartProps) {
  const { draft, wrong, onChange } = props;
  const { words } = useSpeech();
  return (
    <section className={classes.part}>
      <h2>{words.details}</h2>
      <Place {...props} />
      <TextField
        type="date"
        label={words.wished}
        wrong={wrong("wished")}
        data-field="wished"
        min={dayKey(new Date())}
        testId="booking-wished"
        value={draft.wished}
        onChange={(event) => onChange({ wished: event.currentTarget.value })}
      />
      <AreaField
        label={words.note}
        testId="booking-note"
        rows={2}
        maxLength={4000}
        value={draft.note}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </section>
  );
}

export function You({ draft, wrong, onChange }: PartProps) {
  const { words } = useSpeech();
  return (
    <section className={classes.part}>
      <h2>{words.you}</h2>
      <TextField
        label={words.contact}
        autoComplete="name"
        wrong={wrong("contact")}
        data-field="contact"
        testId="booking-contact"
        maxLength={200}
        value={draft.contact}
        onChange={(event) => onChange({ contact: event.currentTarget.value })}
      />
      <TextField
        type="email"
        inputMode="email"
        autoComplete="email"
        label={words.email}
        hint={words.emailHint}
        wrong={wrong("email")}
        data-field="email"
        testId="booking-email"
        maxLength={254}
        value={draft.email}
        onChange={(event) => onChange({ email: event.currentTarget.value })}
      />
    </section>
  );
}
