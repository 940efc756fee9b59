/** The call under way takes the stage; my other calls stand above it as lines. */
import { lazy, type RefObject, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call, CallStateName } from "../../../api/types";
import { Icon } from "../../shared/icons";
import { usePhone, useServices } from "../../shared/services";
import { useStore } from "../../shared/use-store";
import { consultationIn, guestsOf } from "../conversation";
import { draft } from "../draft";
import { Keypad } from "../keypad";
import type { PanelMode } from "../transfer/transfer-panel";
import { useFactorWarning } from "../use-factor-warning";
import { useParty } from "../use-party";
import { useShortcuts } from "../use-shortcuts";
import { useTones } from "../use-typing";
import { CallLines } from "./call-lines";
import classes from "./call-stage.module.css";
import { ConsultationBar } from "./consultation";
import { Controls, useAllowed } from "./controls";
import { Notices } from "./notices";
import { Party } from "./party";
import { QualityBadge } from "./quality-badge";
import { StateLine } from "./state-line";

const loadPanel = () => import("../transfer/transfer-panel");
const TransferPanel = lazy(() => loadPanel().then((module) => ({ default: module.TransferPanel })));

/** What kind of conversation this is, for the line at the top. */
function useKind(call: Call): string {
  const { t } = useTranslation();
  const { calls } = usePhone();
  if (consultationIn(calls)?.consult.id === call.id) return t("stage.kind.consultation");
  if (guestsOf(call, calls).length > 0) return t("stage.kind.conference");
  return t(`call.${call.direction}`);
}

function useKeys(call: Call, toggles: { keypad: () => void; panel: () => void; back: () => void }) {
  const { phone } = useServices();
  const { muted } = usePhone();
  const allowed = useAllowed(call);
  const held = call.state === "held";
  useShortcuts({
    mute: allowed.mute ? () => phone.mute(!muted) : undefined,
    hold: allowed.hold
      ? () => void (held ? phone.resume(call.id) : phone.hold(call.id))
      : undefined,
    transfer: allowed.transfer ? toggles.panel : undefined,
    keypad: toggles.keypad,
    dismiss: toggles.back,
  });
}

/** Whoever has just pressed Call goes on here with the keyboard, and hears what it is. */
function useFocus(stage: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    if (nowhere) stage.current?.focus({ preventScroll: true });
  }, [stage]);
}

/** When the panel closes, its button has the focus again. */
function useBackToButton(stage: RefObject<HTMLElement | null>, panel: PanelMode | null): void {
  const before = useRef(panel);
  useEffect(() => {
    const opener = before.current === "add" ? "add-call" : "transfer-button";
    if (before.current && !panel) {
      stage.current?.querySelector<HTMLElement>(`[data-testid=${opener}]`)?.focus();
    }
    before.current = panel;
  }, [stage, panel]);
}

const DEAF: readonly CallStateName[] = ["held", "transferring", "joined"];

/** Sends keys and pasted digits, each with its sound, to a party that hears them. */
function useSend(state: CallStateName): (text: string) => void {
  const { phone, ringer } = useServices();
  const deaf = DEAF.includes(state);
  return useCallback(
    (text: string) => {
      if (deaf) return;
      const sent = phone.sendTones(text);
      if (sent.length === 1) ringer.key(sent);
    },
    [phone, ringer, deaf],
  );
}

export function CallStage({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { callAt, tones, calls, busy, advice, leg } = usePhone();
  const { country } = useStore(draft);
  const party = useParty();
  const kind = useKind(call);
  const stage = useRef<HTMLElement>(null);
  const [keypad, setKeypad] = useState(false);
  const [panel, setPanel] = useState<PanelMode | null>(null);
  const send = useSend(call.state);
  const pair = consultationIn(calls);
  const transferring = call.state === "transferring";
  // Then there is enough to see and to do: what cannot be done is left out.
  const crowded = calls.length > 1 || transferring;
  const factor = useFactorWarning(call.direction === "internal" ? null : call.task);
  useTones(send);
  useFocus(stage);
  useBackToButton(stage, panel);
  useEffect(() => setKeypad((open) => open || tones !== ""), [tones]);
  const isUp = leg === "up";
  // Loaded while there is time, so that it is there when it is wanted: not while the call begins.
  useEffect(() => {
    if (isUp) void loadPanel();
  }, [isUp]);
  useKeys(call, {
    keypad: () => setKeypad((open) => !open),
    panel: () => setPanel("transfer"),
    back: () => {
      setKeypad(false);
      phone.dismiss();
    },
  });
  return (
    <section
      ref={stage}
      className={classes.stage}
      aria-label={kind}
      tabIndex={-1}
      data-stage="call"
      data-keypad={keypad || undefined}
      data-held={call.state === "held" || undefined}
      data-crowded={crowded || advice.length > 0 || factor !== null || undefined}
    >
      <div className={classes.face} inert={panel !== null}>
        <div className={classes.head}>
          <p className={classes.kind}>
            <Icon name={call.direction} size={17} />
            {kind}
          </p>
          <QualityBadge />
        </div>
        <CallLines active={call} />
        <div className={classes.middle}>
          <Party call={call} />
          <StateLine call={call} callAt={callAt} />
          {keypad ? <Keypad tones={tones} onKey={send} /> : null}
        </div>
        <Notices call={call} crowded={crowded} factor={factor} />
        {pair && !transferring ? <ConsultationBar pair={pair} /> : null}
        {transferring ? (
          <button
            type="button"
            className={classes.takeBack}
            data-testid="take-back"
            disabled={busy !== null}
            onClick={() => void phone.takeBack()}
          >
            <Icon name="back" size={21} />
            {t("stage.takeBack")}
          </button>
        ) : null}
        <Controls
          call={call}
          crowded={crowded}
          keypad={keypad}
          onKeypad={() => setKeypad(!keypad)}
          panel={panel}
          onPanel={setPanel}
        />
      </div>
      {panel ? (
        <Suspense fallback={null}>
          <TransferPanel
            mode={panel}
            party={party(call)}
            country={country}
            task={call.task ?? ""}
            onClose={() => setPanel(null)}
          />
        </Suspense>
      ) : null}
    </section>
  );
}
