/** Step by step, with a drawing of what to click: the browser's own bar looks like this. */
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Icon } from "../shared/icons";
import { useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import classes from "./microphone-help.module.css";

type BrowserName = "chrome" | "opera";

function browserName(): BrowserName {
  return /\bOPR\//.test(navigator.userAgent) ? "opera" : "chrome";
}

/** The address bar with the sign to click at its left: sliders in Chrome, a lock in Opera. */
function AddressBar({ browser }: { browser: BrowserName }) {
  const { t } = useTranslation();
  const host = window.location.host;
  return (
    <svg
      viewBox="0 0 340 132"
      className={classes.picture}
      role="img"
      aria-label={t("micHelp.picture")}
    >
      <rect className={classes.bar} x="1" y="9" width="338" height="40" rx="20" />
      <circle className={classes.ring} cx="26" cy="29" r="15" />
      {browser === "chrome" ? (
        <path className={classes.sign} d="M19 25h8m6 0h0M19 33h1m6 0h7M28 22.5v5M23 30.5v5" />
      ) : (
        <path className={classes.sign} d="M20.5 28h11v8h-11ZM23 28v-3a3 3 0 0 1 6 0v3" />
      )}
      <text className={classes.host} x="54" y="34">
        {host}
      </text>
      <rect className={classes.sheet} x="10" y="58" width="214" height="66" rx="12" />
      <path
        className={classes.sign}
        d="M30 76a4 4 0 0 1 4 4v6a4 4 0 0 1-8 0v-6a4 4 0 0 1 4-4ZM22 86a8 8 0 0 0 16 0M30 94v5"
      />
      <text className={classes.label} x="52" y="95">
        {t("sound.microphone")}
      </text>
      <rect className={classes.on} x="174" y="79" width="36" height="20" rx="10" />
      <circle className={classes.knob} cx="200" cy="89" r="7" />
    </svg>
  );
}

export function MicrophoneHelpSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { microphone } = useServices();
  const state = useStore(microphone);
  const browser = browserName();
  const missing = state === "missing" || state === "busy";
  const steps = missing
    ? (["plug", "choose", "close"] as const)
    : ([browser, "allow", "reload"] as const);
  return (
    <Dialog title={t("micHelp.title")} onClose={onClose}>
      <div className={classes.help} data-testid="microphone-help">
        {missing ? null : <AddressBar browser={browser} />}
        <ol>
          {steps.map((step) => (
            <li key={step}>{t(`micHelp.${step}`)}</li>
          ))}
        </ol>
        {state === "granted" ? (
          <p className={classes.good} role="status">
            <Icon name="check" size={18} />
            {t("micHelp.works")}
          </p>
        ) : null}
        {missing ? null : (
          <button
            type="button"
            className={buttons.primary}
            onClick={() => window.location.reload()}
          >
            {t("common.reload")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
