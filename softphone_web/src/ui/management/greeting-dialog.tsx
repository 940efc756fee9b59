/** A new greeting, or a new version of one: from a file, the microphone or a text. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../phone/phone";
import { usePlayer } from "../desk/use-player";
import { Dialog } from "../shared/dialog";
import { Segments } from "../shared/segments";
import { useLanguage, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText } from "../shared/trouble";
import { instantOf, minuteOf, nextHour } from "./berlin-time";
import classes from "./greeting-dialog.module.css";
import { GreetingFile } from "./greeting-file";
import { GreetingPhone } from "./greeting-phone";
import { GreetingRecorder } from "./greeting-recorder";
import {
  type Greeting,
  GreetingsApi,
  greetingsKey,
  type SpeechLanguage,
  type SpeechText,
  type Take,
} from "./greetings-api";
import { PlayButton } from "./play-button";

const WAYS = ["file", "record", "speech", "phone"] as const;
const LANGUAGES: readonly SpeechLanguage[] = ["de", "en", "es", "fr", "it", "nl", "pl", "tr"];
const PACES = ["slow", "normal", "fast"] as const;
const WHEN = ["now", "draft", "date"] as const;

type Way = (typeof WAYS)[number];
type When = (typeof WHEN)[number];

export interface Limits {
  maxBytes: number;
  maxSeconds: number;
}

/** The address of a blob while it is shown. */
function useAddress(blob: Blob | null): string {
  const address = useMemo(() => (blob ? URL.createObjectURL(blob) : ""), [blob]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return address;
}

function SpeechFields({
  speech,
  onChange,
}: {
  speech: SpeechText;
  onChange: (next: SpeechText) => void;
}) {
  const { t } = useTranslation();
  const names = new Intl.DisplayNames(useLanguage(), { type: "language" });
  return (
    <>
      <Textarea
        label={t("manage.greetings.text")}
        placeholder={t("manage.greetings.textPlaceholder")}
        data-testid="greeting-text"
        rows={4}
        maxLength={2000}
        value={speech.text}
        onChange={(event) => onChange({ ...speech, text: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <NativeSelect
          label={t("manage.greetings.language")}
          value={speech.language}
          onChange={(event) =>
            onChange({ ...speech, language: event.currentTarget.value as SpeechLanguage })
          }
          data={LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value }))}
        />
        <NativeSelect
          label={t("manage.greetings.pace")}
          value={speech.pace}
          onChange={(event) =>
            onChange({ ...speech, pace: event.currentTarget.value as SpeechText["pace"] })
          }
          data={PACES.map((value) => ({ value, label: t(`manage.greetings.paces.${value}`) }))}
        />
      </div>
    </>
  );
}

/** Has the text spoken and plays it; asks again only for another text. */
function SpeechPreview({ speech }: { speech: SpeechText }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const player = usePlayer(() => undefined);
  const [spoken, setSpoken] = useState<{ blob: Blob; key: string } | null>(null);
  const key = JSON.stringify(speech);
  const address = useAddress(spoken?.blob ?? null);
  const hear = useMutation({
    mutationFn: () => new GreetingsApi(api).hear(speech),
    onSuccess: (blob) => setSpoken({ blob, key }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new sound begins once, by itself
  useEffect(() => {
    if (address) player.toggle(address, address);
  }, [address]);
  return (
    <div className={classes.heard}>
      {spoken?.key === key ? (
        <PlayButton player={player} id={address} url={address} name={t("manage.greetings.text")} />
      ) : (
        <Button
          variant="light"
          data-testid="greeting-hear"
          disabled={speech.text.trim() === ""}
          loading={hear.isPending}
          onClick={() => hear.mutate()}
        >
          {t("manage.greetings.hear")}
        </Button>
      )}
      {hear.error ? <small role="alert">{errorText(hear.error)}</small> : null}
    </div>
  );
}

function Heard({ blob }: { blob: Blob }) {
  const { t } = useTranslation();
  const player = usePlayer(() => undefined);
  const address = useAddress(blob);
  return (
    <div className={classes.heard} data-testid="greeting-heard">
      <PlayButton player={player} id={address} url={address} name={t("manage.greetings.listen")} />
      <span className={classes.hint}>{t("manage.greetings.normalised")}</span>
    </div>
  );
}

interface WhenFieldsProps {
  when: When;
  date: string;
  onWhen: (when: When) => void;
  onDate: (date: string) => void;
}

function WhenFields({ when, date, onWhen, onDate }: WhenFieldsProps) {
  const { t } = useTranslation();
  const words = { now: "whenNow", draft: "whenDraft", date: "whenDate" } as const;
  return (
    <div className={classes.pair}>
      <NativeSelect
        label={t("manage.greetings.when")}
        data-testid="greeting-when"
        value={when}
        onChange={(event) => onWhen(event.currentTarget.value as When)}
        data={WHEN.map((value) => ({ value, label: t(`manage.greetings.${words[value]}`) }))}
      />
      {when === "date" ? (
        <TextInput
          type="datetime-local"
          label={t("manage.greetings.date")}
          data-testid="greeting-date"
          value={date}
          onChange={(event) => onDate(event.currentTarget.value)}
        />
      ) : null}
    </div>
  );
}

interface GreetingDialogProps {
  /** The one that gets a new version; null: a new greeting. */
  greeting: Greeting | null;
  /** A file that was dropped on the page. */
  file: File | null;
  limits: Limits;
  onClose: () => void;
}

function useDraft({ greeting, file }: GreetingDialogProps) {
  const language = useLanguage();
  const [way, setWay] = useState<Way>("file");
  const [sound, setSound] = useState<File | null>(file);
  const [record, setRecord] = useState<Blob | null>(null);
  const [speech, setSpeech] = useState<SpeechText>({ text: "", language, pace: "normal" });
  const [name, setName] = useState("");
  const [when, setWhen] = useState<When>("now");
  const [date, setDate] = useState(minuteOf(nextHour(new Date())));
  const take = ((): Take | null => {
    if (way === "phone") return null;
    if (way === "speech") return speech.text.trim() ? { kind: "speech", speech } : null;
    const blob = way === "file" ? sound : record;
    if (!blob) return null;
    const source = way === "file" ? "upload" : "browser";
    return { kind: "sound", blob, name: way === "file" ? (sound?.name ?? "") : "", source };
  })();
  const from = when === "date" ? instantOf(date) : when === "now" ? "now" : null;
  const named = name.trim() || (way === "file" ? (sound?.name.replace(/\.\w+$/, "") ?? "") : "");
  const target = greeting ? { greeting: greeting.id } : { name: named };
  const dated = when !== "date" || from !== null;
  const ready = take !== null && (greeting !== null || named !== "") && dated;
  return {
    ...{ way, setWay, sound, setSound, record, setRecord, speech, setSpeech },
    ...{ name, setName, named, when, setWhen, date, setDate, take, from, target },
    ...{ dated, ready },
  };
}

export function GreetingDialog(props: GreetingDialogProps) {
  const { greeting, limits, onClose } = props;
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const draft = useDraft(props);
  const tooLarge = draft.way === "file" && (draft.sound?.size ?? 0) > limits.maxBytes;
  const save = useMutation({
    mutationFn: async () => {
      if (!draft.take) throw new Error("nothing to save");
      return new GreetingsApi(api).take(draft.target, draft.take, draft.from);
    },
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: greetingsKey });
      tell(t("manage.greetings.added", { name: saved.name }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.ready && !tooLarge) save.mutate();
  };
  return (
    <Dialog title={greeting ? greeting.name : t("manage.greetings.add")} onClose={onClose}>
      <form className={classes.body} data-testid="greeting-dialog" onSubmit={submit}>
        <Segments
          label={t("manage.greetings.way")}
          value={draft.way}
          options={WAYS.map((value) => ({ value, label: t(`manage.greetings.ways.${value}`) }))}
          onChange={draft.setWay}
        />
        <div className={classes.way}>
          {draft.way === "file" ? (
            <>
              <GreetingFile
                file={draft.sound}
                tooLarge={tooLarge}
                limits={limits}
                onFile={(file) => {
                  save.reset();
                  draft.setSound(file);
                }}
              />
              {draft.sound && !tooLarge ? <Heard blob={draft.sound} /> : null}
            </>
          ) : null}
          {draft.way === "record" ? (
            <>
              <GreetingRecorder
                maxSeconds={limits.maxSeconds}
                taken={draft.record !== null}
                onTake={draft.setRecord}
              />
              {draft.record ? <Heard blob={draft.record} /> : null}
            </>
          ) : null}
          {draft.way === "phone" ? (
            <GreetingPhone
              target={draft.target}
              from={draft.from}
              ready={draft.dated && (greeting !== null || draft.named !== "")}
              onSaved={onClose}
            />
          ) : null}
          {draft.way === "speech" ? (
            <>
              <SpeechFields speech={draft.speech} onChange={draft.setSpeech} />
              <SpeechPreview speech={draft.speech} />
            </>
          ) : null}
        </div>
        {greeting ? null : (
          <TextInput
            label={t("manage.greetings.name")}
            data-testid="greeting-name"
            maxLength={100}
            placeholder={draft.named}
            value={draft.name}
            onChange={(event) => draft.setName(event.currentTarget.value)}
          />
        )}
        <WhenFields
          when={draft.when}
          date={draft.date}
          onWhen={draft.setWhen}
          onDate={draft.setDate}
        />
        {save.error ? (
          <ErrorBox errorId={troubleOf(save.error).errorId}>{errorText(save.error)}</ErrorBox>
        ) : null}
        {draft.way === "phone" ? null : (
          <div className={classes.end}>
            <Button
              type="submit"
              data-testid="greeting-save"
              disabled={!draft.ready || tooLarge}
              loading={save.isPending}
            >
              {t("manage.greetings.save")}
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  );
}
