/** What callers left for me: heard here, answered with one click. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VoicemailView } from "../../api/types";
import { manages } from "../shared/access";
import buttons from "../shared/button.module.css";
import { clock, dayName, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { callerQuery, numbersQuery, voicemailsQuery } from "../shared/queries";
import { Segments } from "../shared/segments";
import { useLanguage, useMe, usePhone, useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import { grouped } from "./by-day";
import { CallerInfo } from "./caller-info";
import { CareButtons, useCareLine } from "./care-buttons";
import { heard, markHeard } from "./heard";
import classes from "./messages-page.module.css";
import page from "./page.module.css";
import { Empty, List, More, PageHead } from "./parts";
import { MessagePlayButton, PlayerBar } from "./player-bar";
import { useFillForm } from "./use-fill";
import { type Player, usePlayer } from "./use-player";
import { useWords } from "./words";

/** Name and number of who spoke. */
function useCaller({ caller, caller_national }: VoicemailView) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery({ ...callerQuery(api, caller ?? ""), enabled: caller !== null });
  const number = caller_national ?? caller;
  const name = data?.name ?? data?.company ?? null;
  return {
    shown: name ?? number ?? t("common.withheld"),
    number: name ? number : null,
    info: data ?? null,
  };
}

function Details({ voicemail, player }: { voicemail: VoicemailView; player: Player }) {
  const w = useWords();
  const { call } = usePhone();
  const fillForm = useFillForm();
  const { info } = useCaller(voicemail);
  const { audio, caller } = voicemail;
  const care = useCareLine(voicemail);
  return (
    <div className={classes.details}>
      <PlayerBar voicemail={voicemail} player={player} />
      <div className={classes.foot}>
        <p className={`${classes.facts} tabular`}>
          {w("messages.on", { label: voicemail.label })}
          {" · "}
          {w("messages.speech", { time: clock(voicemail.speech_seconds) })}
          {care ? ` · ${care}` : null}
        </p>
        <div className={classes.actions}>
          <CareButtons voicemail={voicemail} />
          <a className={buttons.secondary} href={audio} download>
            <Icon name="download" size={17} />
            {w("messages.save")}
          </a>
          {caller ? (
            <button
              type="button"
              className={buttons.primary}
              data-testid="message-call-back"
              disabled={call !== null}
              onClick={() => void fillForm({ number: caller, task: info?.task ?? null })}
            >
              <Icon name="phone" size={17} />
              {w("messages.callBack")}
            </button>
          ) : null}
        </div>
      </div>
      {voicemail.transcript ? (
        <blockquote className={classes.transcript}>{voicemail.transcript}</blockquote>
      ) : null}
      {caller ? (
        <div className={classes.who}>
          <CallerInfo number={caller} callId={voicemail.call_id} named={false} />
        </div>
      ) : null}
    </div>
  );
}

interface RowProps {
  voicemail: VoicemailView;
  player: Player;
  open: boolean;
  onOpen: (open: boolean) => void;
}

function Row({ voicemail, player, open, onOpen }: RowProps) {
  const w = useWords();
  const language = useLanguage();
  const known = useStore(heard);
  const { call } = usePhone();
  const { shown, number } = useCaller(voicemail);
  const { id, state } = voicemail;
  const silent = state === "silent";
  const fresh = !silent && !known.has(id);
  const playing = player.id === id && player.playing;
  return (
    <li
      className={classes.item}
      data-testid={`message-row-${id}`}
      data-state={state}
      data-new={fresh || undefined}
      data-open={open || undefined}
      data-playing={playing || undefined}
    >
      <div className={classes.head}>
        <MessagePlayButton
          voicemail={voicemail}
          player={player}
          name={shown}
          className={classes.play ?? ""}
          size={22}
          disabled={call !== null}
          onPlay={() => onOpen(true)}
        />
        <button
          type="button"
          className={`${page.open} ${classes.summary}`}
          aria-expanded={open}
          aria-controls={`message-${id}`}
          onClick={() => onOpen(!open)}
        >
          <span className={page.main}>
            <span className={classes.name}>
              <strong className="tabular">{shown}</strong>
              {fresh ? <span className={classes.new}>{w("messages.isNew")}</span> : null}
            </span>
            <small className="tabular">
              {[number, silent ? (voicemail.detail ?? w("messages.silent")) : voicemail.label]
                .filter(Boolean)
                .join(" · ")}
            </small>
          </span>
          <span className={page.side}>
            <span className="tabular">{time(voicemail.recorded_at, language)}</span>
            <small className="tabular">{clock(voicemail.duration_seconds)}</small>
          </span>
        </button>
      </div>
      <div id={`message-${id}`}>
        {open ? <Details voicemail={voicemail} player={player} /> : null}
      </div>
    </li>
  );
}

/** Whose messages: those of the others are for who manages only. */
function useMine(): { offered: boolean; isMine: (voicemail: VoicemailView) => boolean } {
  const me = useMe();
  const { api } = useServices();
  const offered = manages(me);
  const { data } = useQuery({ ...numbersQuery(api), enabled: offered });
  const dids = new Set(
    data?.items.filter((each) => each.user === me.email).map((each) => each.e164),
  );
  return {
    offered,
    isMine: ({ user, did }) => !offered || user === me.email || dids.has(did),
  };
}

export function MessagesPage() {
  const { t } = useTranslation();
  const w = useWords();
  const { api } = useServices();
  const language = useLanguage();
  const { offered, isMine } = useMine();
  const [which, setWhich] = useState<"mine" | "all">("mine");
  const [opened, setOpened] = useState<string | null>(null);
  const player = usePlayer(markHeard);
  const query = useInfiniteQuery(voicemailsQuery(api));
  const all = query.data?.pages.flatMap((each) => each.items) ?? [];
  const shown = which === "mine" ? all.filter(isMine) : all;
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const days = grouped(shown, (each) => dayName(each.recorded_at, new Date(), language, words));
  const others = offered && which === "mine" && all.length > 0;
  return (
    <div className={page.page}>
      <PageHead title={w("messages.title")} intro={w("messages.intro")} />
      {offered ? (
        <div className={classes.tools}>
          <Segments
            label={w("messages.which")}
            value={which}
            onChange={setWhich}
            options={[
              { value: "mine", label: w("messages.mine") },
              { value: "all", label: w("messages.all") },
            ]}
          />
        </div>
      ) : null}
      <List
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          shown.length === 0 && !query.hasNextPage ? (
            <Empty
              icon="voicemail"
              title={w(others ? "messages.emptyMine" : "messages.empty")}
              hint={w(others ? "messages.emptyMineHint" : "messages.emptyHint")}
            />
          ) : null
        }
      >
        {days.map(({ name, items }) => (
          <section key={`${name} ${items[0]?.id}`} className={page.section}>
            <h2 className={page.group}>{name}</h2>
            <ul className={page.card}>
              {items.map((voicemail) => (
                <Row
                  key={voicemail.id}
                  voicemail={voicemail}
                  player={player}
                  open={opened === voicemail.id}
                  onOpen={(open) => setOpened(open ? voicemail.id : null)}
                />
              ))}
            </ul>
          </section>
        ))}
        <More query={query} />
      </List>
    </div>
  );
}
