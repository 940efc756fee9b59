/** Test calls: how they went, and what they heard. */
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema";
import { moment } from "../shared/format";
import { useLanguage } from "../shared/services";
import list from "./list.module.css";
import classes from "./test-call.module.css";

export type TestCall = components["schemas"]["TestCallView"];

const TONES = { running: "wait", passed: "good", failed: "bad" } as const;

function Result({ call }: { call: TestCall }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const heard =
    call.match_percent === null
      ? null
      : t("manage.addons.test.match", { percent: call.match_percent });
  const about = [moment(call.at, language), call.by, heard, call.reason_text].filter(Boolean);
  return (
    <li data-testid="test-call" data-state={call.state}>
      <span className={list.badge} data-tone={TONES[call.state]}>
        {t(`manage.addons.test.${call.state}`)}
      </span>
      <span>{about.join(" · ")}</span>
      {call.audio ? (
        // biome-ignore lint/a11y/useMediaCaption: it is what the test call heard
        <audio
          controls
          preload="none"
          src={call.audio}
          aria-label={t("manage.addons.test.heard", { at: moment(call.at, language) })}
        />
      ) : null}
    </li>
  );
}

export function TestCallList({ calls }: { calls: readonly TestCall[] }) {
  return (
    <ul className={classes.tests} aria-live="polite">
      {calls.map((call) => (
        <Result key={call.id} call={call} />
      ))}
    </ul>
  );
}
