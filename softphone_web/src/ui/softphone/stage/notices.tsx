/** What is wrong with the sound and what helps, the most urgent first; never more than two lines. */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call } from "../../../api/types";
import type { AdviceId } from "../../../phone/types";
import { Icon } from "../../shared/icons";
import { playSound, soundBlocked } from "../../shared/remote-audio";
import { usePhone, useServices } from "../../shared/services";
import { ErrorBox, troubleText } from "../../shared/trouble";
import { useStore } from "../../shared/use-store";
import { wentWrong } from "../outcome";
import { useEndWords } from "../use-end-words";
import type { FactorWarning } from "../use-factor-warning";
import { useParty } from "../use-party";
import { FactorNotice } from "./factor-notice";
import classes from "./notices.module.css";

const SHOWN = 2;

interface LineProps {
  text: string;
  action?: { label: string; testId?: string; run: () => void };
}

function Line({ text, action }: LineProps) {
  return (
    <div className={classes.notice}>
      <span>{text}</span>
      {action ? (
        <button type="button" data-testid={action.testId} onClick={action.run}>
          {action.label}
        </button>
      ) : null}
    </div>
  );
}

function AdviceLine({ id }: { id: AdviceId }) {
  const { t } = useTranslation();
  return (
    <div className={classes.advice} data-testid="advice" data-advice={id}>
      <Icon name="alert" size={18} />
      <span>
        <strong>{t(`advice.${id}.what`)}</strong> {t(`advice.${id}.help`)}
      </span>
    </div>
  );
}

interface NewsProps {
  testId: string;
  cause: string | null;
  children: ReactNode;
  onClose: () => void;
}

function News({ testId, cause, children, onClose }: NewsProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.notice} data-testid={testId} data-cause={cause ?? undefined}>
      <span>{children}</span>
      <button
        type="button"
        className={classes.close}
        aria-label={t("common.close")}
        onClick={onClose}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

/** How my other call ended: whoever asked about this one wants to know. */
function OtherEnded({ call }: { call: Call }) {
  const { phone } = useServices();
  const name = useParty()(call);
  const words = useEndWords(call);
  return (
    <News testId="other-ended" cause={call.cause} onClose={() => phone.dismiss()}>
      <strong className="tabular">{name}</strong> · {words}
    </News>
  );
}

/** Why the call that was handed over is here again. */
function CameBack({ call }: { call: Call }) {
  const [seen, setSeen] = useState<string | null>(null);
  if (!call.detail || call.detail === seen || call.state === "transferring") return null;
  return (
    <News testId="came-back" cause={call.cause} onClose={() => setSeen(call.detail)}>
      {call.detail}
    </News>
  );
}

/** Where the sound of this call is, if not here. */
function Elsewhere(): ReactNode {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { leader } = usePhone();
  return (
    <Line
      text={leader ? t("call.elsewhere") : t("stage.remote")}
      action={{
        label: t("call.takeOver"),
        testId: "take-over",
        run: () => phone.takeOver(),
      }}
    />
  );
}

interface Props {
  call: Call;
  crowded: boolean;
  factor: FactorWarning | null;
}

export function Notices({ call, crowded, factor }: Props) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { leg, leader, trouble, muted, advice, ended } = usePhone();
  const blocked = useStore(soundBlocked);
  const away = leg === "elsewhere" || !leader;
  const lines = advice.slice(0, SHOWN);
  return (
    <div className={classes.notices} data-crowded={crowded || undefined}>
      {trouble ? (
        <ErrorBox errorId={trouble.errorId} onDismiss={() => phone.dismiss()}>
          {troubleText(trouble)}
        </ErrorBox>
      ) : null}
      {away ? <Elsewhere /> : null}
      {blocked && !away ? (
        <Line text={t("call.soundBlocked")} action={{ label: t("call.soundOn"), run: playSound }} />
      ) : null}
      {factor ? <FactorNotice warning={factor} /> : null}
      <div className={classes.list} role="status">
        <CameBack call={call} />
        {ended && wentWrong(ended) ? <OtherEnded call={ended} /> : null}
        {away ? null : lines.map((id) => <AdviceLine key={id} id={id} />)}
        {muted && !lines.includes("muted-speech") && !trouble && !away ? (
          <p className={classes.muted}>{t("call.mutedNote")}</p>
        ) : null}
      </div>
    </div>
  );
}
