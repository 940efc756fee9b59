/**
 * What concerns every page: a ringing call outside of the phone page (title, system notice,
 * card), a second call while one is under way, and the keys that work everywhere.
 */
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IncomingCard } from "../softphone/incoming-card";
import { useParty } from "../softphone/use-party";
import { useShortcuts } from "../softphone/use-shortcuts";
import { WaitingCard } from "../softphone/waiting-card";
import classes from "./ringing.module.css";
import { navigate, usePath } from "./router";
import { usePhone } from "./services";
import { tell } from "./toasts";

const HelpSheet = lazy(() =>
  import("../softphone/help-sheet").then((module) => ({ default: module.HelpSheet })),
);

const FLASH_MS = 1_000;

function useTitle(ringing: string | null): void {
  const { t } = useTranslation();
  const { call } = usePhone();
  const party = useParty();
  const usual = call ? `● ${party(call)}` : t("product");
  useEffect(() => {
    document.title = usual;
    if (!ringing) return;
    let on = true;
    const flash = () => {
      document.title = on ? `☎ ${ringing}` : usual;
      on = !on;
    };
    flash();
    const timer = setInterval(flash, FLASH_MS);
    return () => {
      clearInterval(timer);
      document.title = usual;
    };
  }, [ringing, usual]);
}

/** Presses a button that is on the page, with all that belongs to it. */
function press(...testIds: readonly string[]): void {
  const where = testIds.map((id) => `[data-testid=${id}]:not(:disabled)`).join(", ");
  document.querySelector<HTMLButtonElement>(where)?.click();
}

/** Puts the focus on the call, or where the next one is dialled. */
function focusCall(): void {
  navigate("/call");
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[data-stage], [data-testid=number-input]")?.focus();
  });
}

function GlobalKeys() {
  const { ring } = usePhone();
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const open = () => setHelp(true);
    window.addEventListener("vermittlung:help", open);
    return () => window.removeEventListener("vermittlung:help", open);
  }, []);
  useShortcuts({
    answer: ring ? () => press("answer-hold", "answer-button") : undefined,
    decline: ring ? () => press("decline-button") : undefined,
    call: focusCall,
    help: () => setHelp(true),
  });
  return help ? (
    <Suspense fallback={null}>
      <HelpSheet onClose={() => setHelp(false)} />
    </Suspense>
  ) : null;
}

/** A device was unplugged or came back: which one is used now. */
function useDeviceNotices(): void {
  const { t } = useTranslation();
  const { notice } = usePhone();
  useEffect(() => {
    if (!notice) return;
    const { change, label } = notice;
    tell(t(change === "back" ? "sound.switched" : "sound.fallback", { label }));
  }, [notice, t]);
}

function Card() {
  const { ring, call } = usePhone();
  const path = usePath();
  if (!ring || (path === "/call" && !call)) return null;
  return (
    <div className={classes.float}>
      {call ? (
        <WaitingCard key={ring.id} ring={ring} />
      ) : (
        <IncomingCard key={ring.id} ring={ring} compact />
      )}
    </div>
  );
}

export function Ringing() {
  const { ring } = usePhone();
  const party = useParty();
  const who = ring ? party(ring) : "";
  useDeviceNotices();
  useTitle(ring ? who : null);
  return (
    <>
      <Card />
      <GlobalKeys />
    </>
  );
}
