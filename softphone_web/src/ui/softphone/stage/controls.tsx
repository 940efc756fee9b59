/** What can be done in a call; always in the same places. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../../api/types";
import { Icon } from "../../shared/icons";
import { usePhone, useServices } from "../../shared/services";
import { hasRoom } from "../conversation";
import type { PanelMode } from "../transfer/transfer-panel";
import { Control } from "./control";
import classes from "./controls.module.css";

interface ControlsProps {
  call: Call;
  /** There are two calls already: nobody can be added, nothing else handed over. */
  crowded: boolean;
  keypad: boolean;
  onKeypad: () => void;
  panel: PanelMode | null;
  onPanel: (mode: PanelMode) => void;
}

/** What `call` allows just now. */
export function useAllowed(call: Call) {
  const { calls, busy, ending, leg, leader } = usePhone();
  const free = busy === null && !ending;
  const there = call.state === "talking" || call.state === "held";
  const second = there && hasRoom(calls) && call.direction !== "internal";
  return {
    mute: leg !== "elsewhere" || !leader,
    hold: free && there,
    transfer: free && second,
    add: free && second,
  };
}

export function Controls(props: ControlsProps) {
  const { call, crowded, keypad, onKeypad, panel, onPanel } = props;
  const { t } = useTranslation();
  const { phone } = useServices();
  const { muted, ending } = usePhone();
  const allowed = useAllowed(call);
  const held = call.state === "held";
  return (
    <div className={classes.controls} data-crowded={crowded || undefined}>
      <Control
        icon={muted ? "microphoneOff" : "microphone"}
        label={muted ? t("call.unmute") : t("call.mute")}
        testId="mute-button"
        shortcut="mute"
        pressed={muted}
        disabled={!allowed.mute}
        onClick={() => phone.mute(!muted)}
      />
      <Control
        icon={held ? "resume" : "hold"}
        label={held ? t("stage.resume") : t("stage.hold")}
        testId={held ? "resume-button" : "hold-button"}
        shortcut="hold"
        pressed={held}
        disabled={!allowed.hold}
        onClick={() => void (held ? phone.resume(call.id) : phone.hold(call.id))}
      />
      <Control
        icon="keypad"
        label={t("call.keypad")}
        testId="keypad-button"
        shortcut="keypad"
        pressed={keypad}
        onClick={onKeypad}
      />
      {crowded ? null : (
        <>
          <Control
            icon="transfer"
            label={t("stage.transfer")}
            testId="transfer-button"
            shortcut="transfer"
            expanded={panel === "transfer"}
            disabled={!allowed.transfer}
            onClick={() => onPanel("transfer")}
          />
          <Control
            icon="add"
            label={t("stage.add")}
            testId="add-call"
            expanded={panel === "add"}
            disabled={!allowed.add}
            onClick={() => onPanel("add")}
          />
        </>
      )}
      <button
        type="button"
        className={classes.hangup}
        data-testid="hangup-button"
        disabled={ending}
        onClick={() => void phone.hangUp()}
      >
        <Icon name="hangup" size={26} />
        {t("call.hangup")}
      </button>
    </div>
  );
}
