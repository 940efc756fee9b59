/** Is everything ready for calls? About twenty seconds, step by step, and what would help. */
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Icon, type IconName } from "../shared/icons";
import { usePhone } from "../shared/services";
import classes from "./preshift-dialog.module.css";
import { progressOf, type Result, type Step, type StepState } from "./preshift-state";
import { useCheck } from "./use-check";
import { useWords } from "./words";

const SIGNS: Partial<Record<StepState, IconName>> = {
  ok: "check",
  advice: "alert",
  failed: "close",
};

/** What would help; where it matters, other words when it does not work at all. */
function useHelp({ id, state }: Step): string | null {
  const w = useWords();
  if (state === "failed" && (id === "microphone" || id === "udp"))
    return w(`preshift.broken.${id}`);
  return state === "advice" || state === "failed" ? w(`preshift.help.${id}`) : null;
}

function StepLine({ step, figure }: { step: Step; figure: string | undefined }) {
  const w = useWords();
  const { id, state } = step;
  const help = useHelp(step);
  const sign = SIGNS[state];
  return (
    <li data-testid={`preshift-step-${id}`} data-state={state}>
      <span className={classes.sign}>{sign ? <Icon name={sign} size={15} /> : null}</span>
      <span>{w(`preshift.steps.${id}`)}</span>
      <small className="tabular">
        {[figure, w(`preshift.states.${state}`)].filter(Boolean).join(" · ")}
      </small>
      {help ? <p>{help}</p> : null}
    </li>
  );
}

function Head({ steps, result }: { steps: readonly Step[]; result: Result | null }) {
  const w = useWords();
  const { call } = usePhone();
  const started = steps.some(({ state }) => state !== "pending");
  if (result) {
    return (
      <p className={classes.result} data-testid="preshift-result" data-state={result}>
        <Icon name={result === "good" ? "check" : "alert"} size={24} />
        {w(`preshift.results.${result}`)}
      </p>
    );
  }
  const now = steps.find(({ state }) => state === "running")?.id;
  if (now === "microphone" || now === "echo") {
    return (
      <p className={classes.intro}>
        <strong>{w(now === "echo" ? "preshift.listen" : "preshift.speak")}</strong>
      </p>
    );
  }
  if (call && !started) return <p className={classes.intro}>{w("preshift.inCall")}</p>;
  return <p className={classes.intro}>{started ? w("preshift.running") : w("preshift.intro")}</p>;
}

export function PreshiftDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const w = useWords();
  const { call } = usePhone();
  const { steps, running, result, figures, start, stop } = useCheck();
  const close = () => {
    stop();
    onClose();
  };
  return (
    <Dialog title={w("preshift.title")} onClose={close}>
      <div
        className={classes.body}
        data-testid="preshift-dialog"
        data-running={running || undefined}
      >
        <div role="status">
          <Head steps={steps} result={result} />
        </div>
        <div
          className={classes.progress}
          role="progressbar"
          aria-label={w("preshift.title")}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(progressOf(steps) * 100)}
        >
          <span style={{ width: `${progressOf(steps) * 100}%` }} />
        </div>
        <ol className={classes.steps}>
          {steps.map((step) => (
            <StepLine key={step.id} step={step} figure={figures[step.id]} />
          ))}
        </ol>
        <div className={classes.end}>
          {running ? (
            <button type="button" className={buttons.secondary} onClick={stop}>
              {w("preshift.cancel")}
            </button>
          ) : (
            <>
              {result ? (
                <button type="button" className={buttons.secondary} onClick={close}>
                  {t("common.close")}
                </button>
              ) : null}
              <button
                type="button"
                className={buttons.primary}
                data-testid="preshift-start"
                disabled={call !== null}
                onClick={start}
              >
                {result ? w("preshift.again") : w("preshift.start")}
              </button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
