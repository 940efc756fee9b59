/** One call: who and how long, how it sounded, my note, and what happened step by step. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call, CallWithTimeline, TimelineEntry } from "../../api/types";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Flag } from "../shared/flag";
import { clock, dayName, decimal, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { callerQuery, callQuery, keys } from "../shared/queries";
import { Link } from "../shared/router";
import { useLanguage, useMe, usePhone, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { outcomeKey, talkedSeconds } from "../softphone/outcome";
import { ContactDialog } from "./contact-dialog";
import classes from "./history-drawer.module.css";
import { mosTone, mosWord } from "./mos";
import { NoteField } from "./note-field";
import { partyLines } from "./party";
import { useFillForm } from "./use-fill";
import { useWords } from "./words";

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation();
  const w = useWords();
  const language = useLanguage();
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const day = dayName(call.offered_at, new Date(), language, words);
  const facts: [string, string | null][] = [
    [w("history.facts.at"), `${day}, ${time(call.offered_at, language)}`],
    [w("history.facts.outcome"), call.detail || t(`outcomes.${outcomeKey(call)}`)],
    [w("history.facts.talk"), call.answered_at ? clock(talkedSeconds(call)) : null],
    [w("history.facts.task"), call.task_title ?? call.task],
    [
      w("history.facts.did"),
      call.direction === "inbound" && call.did ? `${call.label ?? ""} ${call.did}`.trim() : null,
    ],
    [w("history.facts.shown"), call.direction === "outbound" ? call.caller_id_printed : null],
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
      {call.linked && call.linked_as ? (
        <div>
          <dt>{w(`history.linked.${call.linked_as}`)}</dt>
          <dd>
            <Link className={classes.linked} href={`/history/${call.linked}`}>
              {w("history.openLinked")}
            </Link>
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function Sound({ call }: { call: Call }) {
  const w = useWords();
  const language = useLanguage();
  if (!call.answered_at) return null;
  const { mos } = call;
  return (
    <section data-testid="call-quality" data-mos={mos ?? undefined}>
      <h3>{w("history.sound")}</h3>
      {mos ? (
        <div className={classes.sound}>
          <strong>{w(`mos.${mosWord(mos)}`)}</strong>
          <span className={classes.bar} data-tone={mosTone(mos)}>
            <span style={{ width: `${((mos - 1) / 3.5) * 100}%` }} />
          </span>
          <span className="tabular">{w("mos.of", { mos: decimal(mos.toFixed(1), language) })}</span>
        </div>
      ) : (
        <p className={classes.quiet}>{w("history.noSound")}</p>
      )}
    </section>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const w = useWords();
  const language = useLanguage();
  return (
    <section>
      <h3>{w("history.what")}</h3>
      <ol className={classes.timeline} data-testid="call-timeline">
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          <li key={index} data-kind={entry.kind}>
            <time className="tabular" dateTime={entry.at}>
              {time(entry.at, language, true)}
            </time>
            <span>{entry.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Note({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const save = async (text: string) => {
    const stored = await api.noteCall(call.id, text);
    queries.setQueryData<CallWithTimeline>(callQuery(api, call.id).queryKey, (known) =>
      known ? { ...known, call: { ...known.call, note: stored.text } } : known,
    );
    void queries.invalidateQueries({ queryKey: [...keys.calls, "history"] });
    return stored.text;
  };
  return (
    <NoteField
      testId="call-note"
      label={t("desk.note.callLabel")}
      placeholder={t("desk.note.callPlaceholder")}
      text={call.note ?? ""}
      save={save}
    />
  );
}

function Actions({ call, name }: { call: Call; name: string }) {
  const w = useWords();
  const { api } = useServices();
  const { call: underWay } = usePhone();
  const fillForm = useFillForm();
  const [adding, setAdding] = useState(false);
  const { number } = call;
  const caller = useQuery({
    ...callerQuery(api, number ?? ""),
    enabled: number !== null && call.direction !== "internal",
  });
  if (!number || call.direction === "internal") return null;
  return (
    <div className={classes.actions}>
      <button
        type="button"
        className={buttons.primary}
        data-testid="call-again"
        disabled={underWay !== null}
        aria-label={w("history.againFor", { name })}
        onClick={() => void fillForm({ ...call, number })}
      >
        <Icon name="phone" size={18} />
        {w("history.again")}
      </button>
      {caller.data && !caller.data.contact_id ? (
        <button
          type="button"
          className={buttons.secondary}
          data-testid="call-add-contact"
          onClick={() => setAdding(true)}
        >
          <Icon name="contacts" size={18} />
          {w("history.addContact")}
        </button>
      ) : null}
      {adding ? (
        <ContactDialog start={{ number, task: call.task ?? "" }} onClose={() => setAdding(false)} />
      ) : null}
    </div>
  );
}

export function HistoryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const me = useMe();
  const { data, error, refetch } = useQuery(callQuery(api, id));
  const party = data ? partyLines(data.call, me.email) : null;
  const title = party ? (party.name ?? t("common.withheld")) : t("common.loading");
  return (
    <Dialog title={title} side onClose={onClose}>
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {!error && !data ? <div className={classes.loading} aria-busy="true" /> : null}
      {data ? (
        <div className={classes.drawer} data-testid="call-details">
          <div>
            {party?.number ? (
              <p className={`${classes.number} tabular`}>
                {data.call.country ? <Flag code={data.call.country} /> : null}
                {party.number}
              </p>
            ) : null}
            <Actions call={data.call} name={title} />
          </div>
          <Note call={data.call} />
          <Facts call={data.call} />
          <Sound call={data.call} />
          <Timeline entries={data.timeline} />
        </div>
      ) : null}
    </Dialog>
  );
}
