/** Who called and said nothing, summed up; a click shows these recordings only. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../shared/services";
import { silentCallsQuery, storageQuery } from "./inbox-queries";
import classes from "./silent-calls.module.css";

interface SilentCallsProps {
  caller: string;
  onChoose: (caller: string) => void;
}

const MOST = 12;

export function SilentCalls({ caller, onChoose }: SilentCallsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const calls = useQuery(silentCallsQuery(api)).data?.items ?? [];
  const storage = useQuery(storageQuery(api)).data;
  return (
    <div className={classes.silent}>
      {storage ? (
        <p>
          {t("manage.voicemails.silentRule", {
            seconds: storage.min_speech_seconds,
            count: storage.keep_silent_days,
          })}
        </p>
      ) : null}
      {calls.length > 0 ? (
        <ul aria-label={t("manage.voicemails.silentCalls")}>
          {calls.slice(0, MOST).map((each) => (
            <li key={each.caller ?? ""}>
              {each.caller ? (
                <button
                  type="button"
                  className="tabular"
                  data-testid="silent-caller"
                  aria-pressed={each.caller === caller}
                  onClick={() => onChoose(each.caller === caller ? "" : (each.caller ?? ""))}
                >
                  {each.text}
                </button>
              ) : (
                <span>{each.text}</span>
              )}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
