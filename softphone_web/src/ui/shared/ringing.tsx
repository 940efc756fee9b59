/** A ringing call outside of the phone page: title, system notice, and a card on other pages. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { IncomingCard } from "../softphone/incoming-card";
import classes from "./ringing.module.css";
import { usePath } from "./router";
import { usePhone } from "./services";

const FLASH_MS = 1_000;

function useTitle(ringing: string | null): void {
  const { t } = useTranslation();
  const { call } = usePhone();
  const usual = call ? `● ${call.national ?? call.number ?? t("common.withheld")}` : t("product");
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

function useNotice(id: string | null, text: string, body: string): void {
  useEffect(() => {
    const wanted = id && document.hidden && "Notification" in window;
    if (!wanted || Notification.permission !== "granted") return;
    const notice = new Notification(text, { body, tag: id, requireInteraction: true });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  }, [id, text, body]);
}

export function Ringing() {
  const { t } = useTranslation();
  const { ring, call } = usePhone();
  const path = usePath();
  const who = ring ? (ring.national ?? ring.number ?? t("common.withheld")) : "";
  useTitle(ring ? who : null);
  useNotice(ring?.id ?? null, t("call.inbound"), who);
  const onStage = path === "/call" && !call;
  if (!ring || onStage) return null;
  return (
    <div className={classes.float}>
      <IncomingCard ring={ring} compact />
    </div>
  );
}
